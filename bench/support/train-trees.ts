import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import { auc } from '#lib/ml/evaluate/index.ts';
import { type BoostingModel, fitBoosting, fitLightgbm, predictMargins } from '#lib/ml/trees/index.ts';
import { startTreeCrew, type TreeCrew } from '#lib/server/training/tree-crew.ts';
import { measure, medianSpent, type Python, ratios, type Spent, startPython } from './measure.ts';

const columns = 50;
const testRows = 20_000;

const program = `
import sys, time, resource, numpy as np, xgboost as xgb
print('ready', xgb.__version__, flush=True)
for line in sys.stdin:
    folder, rows, threads = line.split()
    x = np.fromfile(f'{folder}/x.bin', dtype=np.float32).reshape(-1, ${columns})
    y = np.fromfile(f'{folder}/y.bin', dtype=np.uint8)
    rows, threads = int(rows), int(threads)
    wall, cpu = time.perf_counter(), time.process_time()
    train = xgb.DMatrix(x[:rows], label=y[:rows], nthread=threads)
    options = dict(objective='binary:logistic', tree_method='hist', eta=.1, max_depth=6, max_bin=256, nthread=threads)
    booster = xgb.train(options, train, 100)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    booster.predict(xgb.DMatrix(x[rows:]), output_margin=True).tofile(f'{folder}/margins.bin')
    print(cpu, wall, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
`;

interface Turn extends Spent {
  readonly megabytes: number;
  readonly auc: number;
}

/** 30 numbers, some skewed, 19 small whole numbers and a code of 24 categories; in `gaps`, 12 columns lack 5 to 30 %. */
function table(rows: number, hasGaps: boolean): { readonly x: Matrix; readonly labels: Uint8Array } {
  const random = seededRandom(1);
  const values = new Float32Array(rows * columns);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const at = row * columns;
    for (let j = 0; j < columns; j++) values[at + j] = j < 30 ? normal(random) : Math.floor(8 * random());
    for (let j = 20; j < 30; j++) values[at + j] = Math.exp(values[at + j]);
    values[at + 49] = Math.floor(24 * random());
    let margin = values[at] + 0.7 * values[at + 1] * values[at + 2] - Math.abs(values[at + 3]);
    margin +=
      0.5 * values[at + 4] + 0.2 * (values[at + 30] - 4) + 0.4 * (((values[at + 49] * 7) % 24) / 12 - 1);
    for (let j = 0; hasGaps && j < 12; j++) {
      if (random() >= 0.05 + 0.02 * j) continue;
      values[at + j] = NaN;
      if (j === 5) margin += 0.8;
    }
    labels[row] = Number(random() < 1 / (1 + Math.exp(-margin)));
  }
  return { x: matrix(rows, columns, values), labels };
}

function head({ values }: Matrix, rows: number): Matrix {
  return matrix(rows, columns, values.subarray(0, rows * columns));
}

function tail({ values, rows }: Matrix, from: number): Matrix {
  return matrix(rows - from, columns, values.subarray(from * columns));
}

type World = ReturnType<typeof table>;

function trainOurs(world: World, rows: number, crew: TreeCrew | null): Turn {
  let model: BoostingModel | undefined;
  const data = { x: head(world.x, rows), labels: world.labels.subarray(0, rows) };
  const spent = measure(() => {
    model = fitBoosting(data, { seed: 1, loss: 'logistic', rounds: 100, start: [0], ...(crew && { crew }) });
  });
  if (!model) throw new Error('expected a model');
  return {
    ...spent,
    megabytes: process.resourceUsage().maxRSS / 1024,
    auc: auc(predictMargins(model, tail(world.x, rows)), world.labels.subarray(rows)),
  };
}

async function trainTheirs(
  { ask }: Python,
  folder: string,
  world: World,
  rows: number,
  threads: number,
): Promise<Turn> {
  const [cpu, wall, megabytes] = await ask(`${folder} ${rows} ${threads}`);
  const bytes = readFileSync(join(folder, 'margins.bin'));
  const margins = new Float32Array(new Uint8Array(bytes).buffer);
  return { cpu, wall, megabytes, auc: auc(Float64Array.from(margins), world.labels.subarray(rows)) };
}

function show(name: string, all: readonly Turn[]): void {
  const { cpu, wall } = medianSpent(all);
  const { auc: area, megabytes } = all[all.length - 1];
  console.log(
    `  ${name.padEnd(14)} ${cpu.toFixed(2)} s CPU, ${wall.toFixed(2)} s wall, AUC ${area.toFixed(5)}, peak ${megabytes.toFixed(0)} MB`,
  );
}

/**
 * Training 100 trees of depth 6, ours against XGBoost's hist on the same rows in turn, binning included; the AUC on the same
 * fresh rows and the peak memory of each process so far.
 */
export async function compareTraining(
  sizes: readonly number[],
  kinds: readonly string[],
  turns: number,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-trees-'));
  const python = await startPython(program);
  if (!python) console.log('Training: Python with xgboost is missing, our figures alone');
  const crew = startTreeCrew(2);
  try {
    for (const rows of sizes) {
      for (const kind of kinds) {
        const world = table(rows + testRows, kind === 'gaps');
        writeFileSync(join(folder, 'x.bin'), world.x.values);
        writeFileSync(join(folder, 'y.bin'), world.labels);
        for (const threads of [1, 2]) {
          console.log(
            `Training ${rows.toLocaleString('en')} × ${columns}, ${kind}, threads: ${threads}, median of ${turns} turns`,
          );
          const [ours, theirs]: Turn[][] = [[], []];
          for (let turn = 0; turn < turns; turn++) {
            if (python) theirs.push(await trainTheirs(python, folder, world, rows, threads));
            ours.push(trainOurs(world, rows, threads === 2 ? crew : null));
          }
          report(ours, theirs, python?.greeting ?? '');
        }
      }
    }
  } finally {
    python?.close();
    await crew.close();
    rmSync(folder, { recursive: true });
  }
}

function report(ours: readonly Turn[], theirs: readonly Turn[], greeting: string): void {
  show('Merito', ours);
  if (theirs.length === 0) return;
  show(`XGBoost ${greeting.split(' ')[1]}`, theirs);
  console.log(`  ratio          ${ratios(medianSpent(ours), medianSpent(theirs))}`);
}

/** 19 codes of 20 categories as columns of zeros and ones, then 20 numbers. */
function sparseTable(rows: number) {
  const random = seededRandom(1);
  const values = new Float32Array(400 * rows);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const at = 400 * row;
    let margin = normal(random);
    for (let k = 0; k < 19; k++) {
      const code = Math.floor(20 * random());
      values[at + 20 * k + code] = 1;
      margin += ((code * 7) % 20) / 20 - 0.5;
    }
    for (let j = 380; j < 400; j++) values[at + j] = normal(random);
    labels[row] = Number(margin + values[at + 380] > 0);
  }
  return { x: matrix(rows, 400, values), labels };
}

/** Training on a sparse table with and without bundles of columns, in turn. */
export function compareBundling(rows: number, turns: number): void {
  const data = sparseTable(rows);
  const [together, alone]: Spent[][] = [[], []];
  let bundles = 0;
  const train = (bundling: boolean) =>
    measure(() => {
      const onBundles = (count: number) => void (bundles = Math.max(bundles, count));
      fitLightgbm(data, { seed: 1, loss: 'logistic', rounds: 100, bundling, onBundles });
    });
  for (let turn = 0; turn < turns; turn++) {
    together.push(train(true));
    alone.push(train(false));
  }
  const [ours, plain] = [medianSpent(together), medianSpent(alone)];
  const seconds = ({ cpu, wall }: Spent) => `${cpu.toFixed(2)} s CPU, ${wall.toFixed(2)} s wall`;
  console.log(`Bundling ${rows.toLocaleString('en')} × 400, sparse, leaf-wise, median of ${turns} turns`);
  console.log(`  ${bundles} bundles     ${seconds(ours)}`);
  console.log(`  none           ${seconds(plain)}`);
  console.log(`  ratio          ${ratios(ours, plain)}`);
}
