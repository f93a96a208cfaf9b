import { type BoostingData, categoryRulesOf, type Settings } from '../boosting-options.ts';
import { mostAtOnce } from '../grow.ts';
import type { Loss, LossSettings } from '../losses.ts';
import { barrierWords } from './barrier.ts';
import { type CategoryBins, categoryBins } from './category-bins.ts';
import { layoutOf } from './layout.ts';
import type { Plan } from './plan.ts';
import { bestKernel, bufferOf, type TrainingMemory } from './simd.ts';

// Threads that meet some hundred times a tree win nothing on fewer rows.
const leastSharedRows = 4096;
// XGBoost's kRtEps: smaller gains are noise.
const leastGain = 1e-6;

/** Everything about a training but the data. */
export function planOf(data: BoostingData, settings: Settings, loss: Loss, lossSettings: LossSettings): Plan {
  const { rows, columns } = data.x;
  const { family, growth, depth, gamma } = settings;
  const crewThreads = rows < leastSharedRows ? 1 : (settings.crew?.threads ?? 1);
  const threads = Math.min(crewThreads, columns);
  const isCategory = new Uint8Array(columns);
  for (const column of data.categories ?? []) isCategory[column] = 1;
  const nodesOnLevel = 2 ** Math.min(depth === 0 ? 30 : depth, 30);
  const leaves = settings.leaves > 0 ? Math.min(settings.leaves, nodesOnLevel) : nodesOnLevel;
  const most = growth === 'symmetric' ? leaves : Math.min(leaves, rows);
  const batch = growth === 'leaf' ? 1 : Math.min(most, growth === 'symmetric' ? most : mostAtOnce);
  const { bundling } = settings;
  const histograms = 1 + Math.min(most, growth === 'leaf' ? most : nodesOnLevel / 2);
  return {
    ...{ rows, columns, threads, outputs: loss.outputs, kernel: settings.kernel ?? bestKernel() },
    layout: layoutOf({
      rows,
      columns,
      threads,
      outputs: loss.outputs,
      leaves: most,
      batch,
      histograms,
      bundling,
    }),
    loss: { name: loss.name, classes: settings.classes, settings: lossSettings },
    ...{ growth, depth, leaves: settings.leaves, rate: settings.rate },
    ...{ lambda: settings.lambda, alpha: settings.alpha },
    leastGain: family === 'lightgbm' ? gamma : Math.max(gamma, leastGain),
    ...{ minChildWeight: settings.minChildWeight, minLeafRows: settings.minLeafRows },
    maxDeltaStep: settings.maxDeltaStep ?? loss.maxDeltaStep,
    maxBins: settings.maxBins,
    bundling,
    columnShares: [settings.columnShare, settings.levelColumnShare, settings.nodeColumnShare],
    monotone: settings.monotone?.some((direction) => direction !== 0)
      ? Int8Array.from(settings.monotone)
      : null,
    interactions: settings.interactions ?? null,
    categories: isCategory.includes(1) ? { ...categoryRulesOf[family], ...settings.categoryRules } : null,
    isCategory,
    codes: codesOf(data, settings, isCategory),
    closesColumns: family === 'lightgbm',
    descends: family === 'lightgbm',
    isSingle: family === 'xgboost',
  };
}

function codesOf({ x }: BoostingData, { family, maxBins }: Settings, isCategory: Uint8Array): Plan['codes'] {
  // LightGBM sends rare categories the way of missing ones.
  const rare = family === 'lightgbm' ? 'missing' : 'together';
  return Array.from(isCategory, (is, column) => (is ? categoryBins(x, column, maxBins, rare) : null));
}

export interface MemoryContents {
  readonly labels: Float64Array;
  readonly weights: Float64Array;
  readonly start: Float64Array;
}

/** Writes the table, the labels, the first margins and the bins of categories. The rest the threads do. */
export function fillMemory(
  memory: TrainingMemory,
  plan: Plan,
  { x }: BoostingData,
  { labels, weights, start }: MemoryContents,
): void {
  const { layout, rows, columns, outputs } = plan;
  const buffer = bufferOf(memory);
  new Int32Array(buffer, layout.barrier, barrierWords).fill(0);
  new Float32Array(buffer, layout.values, rows * columns).set(x.values);
  new Float64Array(buffer, layout.labels, rows).set(labels);
  new Float64Array(buffer, layout.weights, rows).set(weights);
  const margins = new Float64Array(buffer, layout.margins, rows * outputs);
  for (let i = 0; i < margins.length; i++) margins[i] = start[i % outputs];
  plan.codes.forEach((codes, column) => {
    if (codes) fillCategories(buffer, plan, x.values, column, codes);
  });
}

function fillCategories(
  buffer: ArrayBufferLike,
  { layout, rows, columns, threads }: Plan,
  values: Float32Array | Float64Array,
  column: number,
  codes: CategoryBins,
): void {
  const owner = layout.firstColumn.findLastIndex((first, t) => t < threads && first <= column);
  const [first, end] = [layout.firstColumn[owner], layout.firstColumn[owner + 1]];
  const bins = new Map(codes.flatMap((list, bin) => list.map((code) => [code, bin] as const)));
  const bytes = new Uint8Array(buffer);
  for (let row = 0; row < rows; row++) {
    const bin = bins.get(values[row * columns + column]) ?? codes.length;
    bytes[layout.columnBins + column * rows + row] = bin;
    bytes[layout.rowBins[owner] + row * (end - first) + column - first] = bin;
  }
  new Uint32Array(buffer, layout.bins, columns)[column] = codes.length;
  new Uint32Array(buffer, layout.slots, columns)[column] = codes.length + 1;
}
