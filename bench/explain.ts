import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import { readXgboostJson } from '#lib/ml/trees/exchange/index.ts';
import {
  prepareInteractions,
  prepareInterventional,
  prepareShap,
  type ShapExplainer,
  type TreeModel,
  treeShap,
} from '#lib/ml/trees/index.ts';

// Shapley values against XGBoost's pred_contribs: the same trees, the same rows, one thread each, turn and turn about.
// CPU time a row; skipped without Python's xgboost.

const [rows, columns, turns] = [2000, 50, 5];

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
    start = time.process_time()
    told = booster.predict(few, pred_contribs=True)
    spent = time.process_time() - start
    told.astype(np.float32).tofile(f'{folder}/told.bin')
    print(spent)
`;

function python(folder: string, what: string, growth: string): string | null {
  const { status, stdout } = spawnSync('/usr/bin/python3', ['-c', program, folder, what, growth], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout : null;
}

function writeTable(folder: string): Matrix {
  const all = 30_000;
  const random = seededRandom(1);
  const values = Float32Array.from({ length: all * columns }, () => normal(random));
  const labels = Uint8Array.from({ length: all }, (_, i) => {
    const at = (column: number) => values[i * columns + column];
    const margin = at(0) + 0.7 * at(1) * at(2) - Math.abs(at(3)) + 0.5 * at(4) + 0.3 * at(5) * at(6);
    return Number(random() < 1 / (1 + Math.exp(-margin)));
  });
  for (let i = 0; i < values.length; i++) if (i % columns < 12 && random() < 0.1) values[i] = NaN;
  writeFileSync(join(folder, 'x.bin'), values);
  writeFileSync(join(folder, 'y.bin'), labels);
  return matrix(rows, columns, values.slice(0, rows * columns));
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of typed arrays, when those no longer needed are gone: Node frees them a moment after they are found. */
async function buffersInUse(): Promise<number> {
  collectGarbage();
  await setTimeout(100);
  return process.memoryUsage().arrayBuffers;
}

function cpuSeconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** The largest gap to pred_contribs, whose last column is the base. */
function largestGap(folder: string, contributions: Float64Array): number {
  const bytes = readFileSync(join(folder, 'told.bin'));
  const told = new Float32Array(bytes.buffer, bytes.byteOffset, rows * (columns + 1));
  return contributions.reduce((gap, value, i) => {
    const place = Math.floor(i / columns) * (columns + 1) + (i % columns);
    return Math.max(gap, Math.abs(value - told[place]));
  }, 0);
}

async function compare(folder: string, growth: string, x: Matrix): Promise<void> {
  const { model } = readXgboostJson(readFileSync(join(folder, `${growth}.json`), 'utf8'));
  const before = await buffersInUse();
  let explainer: ShapExplainer = () => treeShap(model, x);
  const preparing = cpuSeconds(() => (explainer = prepareShap(model)));
  const kept = (await buffersInUse()) - before;
  const one = matrix(1, columns, x.values.slice(0, columns));
  explainer(x);
  const [theirs, ours]: number[][] = [[], []];
  for (let turn = 0; turn < turns; turn++) {
    theirs.push(Number(python(folder, 'time', growth)) / rows);
    ours.push(cpuSeconds(() => explainer(x)) / rows);
  }
  const single = cpuSeconds(() => {
    for (let k = 0; k < 200; k++) explainer(one);
  });
  const walked = cpuSeconds(() => treeShap(model, x)) / rows;
  console.log(`100 trees grown by ${growth}, ${rows} rows of ${columns} columns, median of ${turns} turns`);
  console.log(`  pred_contribs   ${(median(theirs) * 1e6).toFixed(0)} µs of CPU a row`);
  console.log(
    `  prepareShap     ${(median(ours) * 1e6).toFixed(0)} µs: ${(median(ours) / median(theirs)).toFixed(3)} ×`,
  );
  console.log(`  treeShap        ${(walked * 1e6).toFixed(0)} µs`);
  console.log(`  one row alone   ${((single / 200) * 1e3).toFixed(2)} ms`);
  console.log(
    `  preparing       ${(preparing * 1e3).toFixed(0)} ms, ${(kept / 2 ** 20).toFixed(1)} MiB of tables`,
  );
  console.log(`  largest gap     ${largestGap(folder, explainer(x).contributions).toExponential(1)}`);
  timeOthers(model, x);
}

/** Interactions, and values against a background of a hundred rows. */
function timeOthers(model: TreeModel, x: Matrix): void {
  const few = matrix(200, columns, x.values.slice(0, 200 * columns));
  const background = matrix(100, columns, x.values.slice(-100 * columns));
  let explainer: ShapExplainer = () => treeShap(model, x);
  const preparing = cpuSeconds(() => (explainer = prepareInterventional(model, background)));
  const interventional = cpuSeconds(() => explainer(x)) / rows;
  const interactions = cpuSeconds(() => prepareInteractions(model)(few)) / few.rows;
  console.log(
    `  interventional  ${(interventional * 1e6).toFixed(0)} µs, prepared in ${(preparing * 1e3).toFixed(0)} ms`,
  );
  console.log(`  interactions    ${(interactions * 1e3).toFixed(1)} ms a row`);
}

const folder = mkdtempSync(join(tmpdir(), 'merito-explain-'));
try {
  const x = writeTable(folder);
  for (const growth of ['depth', 'leaf']) {
    if (python(folder, 'train', growth) === null) {
      console.log('skipped: expected /usr/bin/python3 with xgboost and numpy');
      break;
    }
    await compare(folder, growth, x);
  }
} finally {
  rmSync(folder, { recursive: true });
}
