import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { readXgboostJson } from '#lib/ml/trees/exchange/index.ts';
import {
  prepareInteractions,
  prepareInterventional,
  prepareShap,
  type ShapExplainer,
  type TreeModel,
  treeShap,
} from '#lib/ml/trees/index.ts';
import { measure, medianSpent, ratios, type Spent } from './measure.ts';
import { writeTable } from './tree-table.ts';

const [rows, columns, trainRows] = [2000, 50, 30_000];

const program = `
import sys, time, numpy as np, xgboost as xgb
folder, what, growth = sys.argv[1:4]
x = np.fromfile(f'{folder}/x.bin', dtype=np.float32).reshape(-1, ${columns})
if what == 'train':
    y = np.fromfile(f'{folder}/y.bin', dtype=np.uint8)
    shape = dict(max_depth=6) if growth == 'depth' else dict(max_depth=0, max_leaves=31, grow_policy='lossguide')
    options = dict(objective='binary:logistic', tree_method='hist', eta=.1, nthread=1, **shape)
    xgb.train(options, xgb.DMatrix(x, label=y), 100).save_model(f'{folder}/{growth}.json')
else:
    booster = xgb.Booster(dict(nthread=1), model_file=f'{folder}/{growth}.json')
    few = xgb.DMatrix(x[:${rows}], nthread=1)
    wall, cpu = time.perf_counter(), time.process_time()
    told = booster.predict(few, pred_contribs=True)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    told.astype(np.float32).tofile(f'{folder}/told.bin')
    print(cpu, wall)
`;

function python(folder: string, what: string, growth: string): string | null {
  const { status, stdout } = spawnSync(
    process.env.PYTHON ?? '/usr/bin/python3',
    ['-c', program, folder, what, growth],
    {
      encoding: 'utf8',
    },
  );
  return status === 0 ? stdout : null;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of typed arrays, when those no longer needed are gone: Node frees them a moment after they are found. */
async function buffersInUse(): Promise<number> {
  collectGarbage();
  await setTimeout(100);
  return process.memoryUsage().arrayBuffers;
}

/** The largest gap to pred_contribs, whose last column is the base. */
function largestGap(folder: string, contributions: Float64Array): number {
  const bytes = readFileSync(join(folder, 'told.bin'));
  const told = new Float32Array(bytes.buffer, bytes.byteOffset, rows * (columns + 1));
  return contributions.reduce((gap, value, i) => {
    const place = Math.floor(i / columns) * (columns + 1) + (i % columns);
    return Math.max(gap, Math.abs(value - told[place]));
  }, 0);
}

async function compare(folder: string, growth: string, x: Matrix, turns: number): Promise<TreeModel> {
  const { model } = readXgboostJson(readFileSync(join(folder, `${growth}.json`), 'utf8'));
  const before = await buffersInUse();
  let explainer: ShapExplainer = () => treeShap(model, x);
  const preparing = measure(() => (explainer = prepareShap(model))).cpu;
  const kept = (await buffersInUse()) - before;
  const one = matrix(1, columns, x.values.slice(0, columns));
  explainer(x);
  const [theirs, ours]: Spent[][] = [[], []];
  for (let turn = 0; turn < turns; turn++) {
    const [cpu, wall] = (python(folder, 'time', growth) ?? '').split(' ').map(Number);
    theirs.push({ cpu, wall });
    ours.push(measure(() => explainer(x)));
  }
  const single = measure(() => {
    for (let k = 0; k < 200; k++) explainer(one);
  }).cpu;
  const walked = measure(() => treeShap(model, x));
  console.log(`Shapley values of ${rows} × ${columns}, 100 trees ${growth}-wise, median of ${turns} turns`);
  const [told, fast] = [medianSpent(theirs), medianSpent(ours)];
  console.log(`  pred_contribs   ${aRow(told)}`);
  console.log(`  prepareShap     ${aRow(fast)}: ${ratios(fast, told)}`);
  console.log(`  treeShap        ${aRow(walked)}`);
  console.log(`  one row alone   ${((single / 200) * 1e3).toFixed(2)} ms`);
  console.log(
    `  preparing       ${(preparing * 1e3).toFixed(0)} ms, ${(kept / 2 ** 20).toFixed(1)} MiB of tables`,
  );
  console.log(`  largest gap     ${largestGap(folder, explainer(x).contributions).toExponential(1)}`);
  return model;
}

function aRow({ cpu, wall }: Spent): string {
  const micro = (seconds: number) => ((seconds / rows) * 1e6).toFixed(0);
  return `${micro(cpu)} µs CPU a row, ${micro(wall)} µs wall`;
}

/** Interactions, and values against a background of a hundred rows. */
function timeOthers(model: TreeModel, x: Matrix): void {
  const few = matrix(200, columns, x.values.slice(0, 200 * columns));
  const background = matrix(100, columns, x.values.slice(-100 * columns));
  let explainer: ShapExplainer = () => treeShap(model, x);
  const preparing = measure(() => (explainer = prepareInterventional(model, background))).cpu;
  const interventional = measure(() => explainer(x)).cpu / rows;
  const interactions = measure(() => prepareInteractions(model)(few)).cpu / few.rows;
  console.log(
    `  interventional  ${(interventional * 1e6).toFixed(0)} µs, prepared in ${(preparing * 1e3).toFixed(0)} ms`,
  );
  console.log(`  interactions    ${(interactions * 1e3).toFixed(1)} ms a row`);
}

/**
 * Shapley values against XGBoost's pred_contribs: the same trees, the same rows, one thread each, turn and turn about;
 * skipped without Python's xgboost.
 * @param all whether interactions and values against a background are timed too
 */
export async function compareExplanations(
  growths: readonly string[],
  turns: number,
  all: boolean,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-explain-'));
  try {
    const table = writeTable(folder, trainRows, columns);
    const x = matrix(rows, columns, table.values.slice(0, rows * columns));
    for (const growth of growths) {
      if (python(folder, 'train', growth) === null) {
        console.log('Shapley values: skipped, needs Python with xgboost');
        return;
      }
      const model = await compare(folder, growth, x, turns);
      if (all) timeOthers(model, x);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
