import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import { auc } from '#lib/ml/evaluate/index.ts';
import { fitBoosting, predictMargins } from '#lib/ml/trees/index.ts';
import { startTreeCrew } from '#lib/server/training/tree-crew.ts';

// Training 100 trees of depth 6, ours against XGBoost's hist on the same rows in turn: median seconds of CPU and by the
// clock, binning included, the AUC on the same fresh rows and the peak memory of each process.
// `node bench/trees.ts [rows] [gaps|dense] [turns]`; PYTHON names another interpreter. Prediction, explanation and forests
// have benches of their own: predict.ts, explain.ts, forest.ts.

const columns = 50;
const testRows = 20_000;
const sizes = process.argv[2] ? [Number(process.argv[2])] : [30_000, 200_000];
const kinds = process.argv[3] ? [process.argv[3]] : ['gaps', 'dense'];
const turns = Number(process.argv[4] ?? 3);
const python = process.env.PYTHON ?? '/usr/bin/python3';

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
    print(wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
`;

interface Turn {
  readonly wall: number;
  readonly cpu: number;
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

interface Rival {
  readonly version: string;
  train(rows: number, threads: number): Promise<Omit<Turn, 'auc'>>;
  close(): void;
}

/** XGBoost in a process of its own; null without Python's xgboost. */
async function startRival(folder: string): Promise<Rival | null> {
  const child: ChildProcessWithoutNullStreams = spawn(python, ['-c', program]);
  const isMissing = new Promise<null>((resolve) => child.once('error', () => resolve(null)));
  child.stderr.resume();
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const first = await Promise.race([lines.next(), isMissing]);
  if (!first || first.done) return null;
  return {
    version: String(first.value).split(' ')[1],
    train: async (rows, threads) => {
      child.stdin.write(`${folder} ${rows} ${threads}\n`);
      const [wall, cpu, megabytes] = String((await lines.next()).value)
        .split(' ')
        .map(Number);
      return { wall, cpu, megabytes };
    },
    close: () => void child.stdin.end(),
  };
}

const crew = startTreeCrew(2);

function trainOurs(world: ReturnType<typeof table>, rows: number, threads: number): Turn {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const model = fitBoosting(
    { x: head(world.x, rows), labels: world.labels.subarray(0, rows) },
    { seed: 1, loss: 'logistic', rounds: 100, start: [0], ...(threads === 2 && { crew }) },
  );
  const { user, system } = process.cpuUsage(cpu);
  return {
    wall: (performance.now() - wall) / 1000,
    cpu: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024,
    auc: auc(predictMargins(model, tail(world.x, rows)), world.labels.subarray(rows)),
  };
}

async function trainTheirs(
  rival: Rival,
  world: ReturnType<typeof table>,
  rows: number,
  threads: number,
): Promise<Turn> {
  const turn = await rival.train(rows, threads);
  const bytes = readFileSync(join(folder, 'margins.bin'));
  const margins = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return { ...turn, auc: auc(Float64Array.from(margins), world.labels.subarray(rows)) };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function show(name: string, all: readonly Turn[]): void {
  const [cpu, wall] = [median(all.map((turn) => turn.cpu)), median(all.map((turn) => turn.wall))];
  const { auc: area, megabytes } = all[all.length - 1];
  console.log(
    `  ${name.padEnd(14)} ${cpu.toFixed(2)} s CPU, ${wall.toFixed(2)} s wall, AUC ${area.toFixed(5)}, peak ${megabytes.toFixed(0)} MB`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'bench-trees-'));
const rival = await startRival(folder);
if (!rival) console.log(`${python} with xgboost is missing: our figures alone.`);
for (const rows of sizes) {
  for (const kind of kinds) {
    const world = table(rows + testRows, kind === 'gaps');
    writeFileSync(join(folder, 'x.bin'), world.x.values);
    writeFileSync(join(folder, 'y.bin'), world.labels);
    for (const threads of [1, 2]) {
      console.log(`${rows.toLocaleString('en')} × ${columns}, ${kind}, threads: ${threads}`);
      const ours: Turn[] = [];
      const theirs: Turn[] = [];
      for (let turn = 0; turn < turns; turn++) {
        if (rival) theirs.push(await trainTheirs(rival, world, rows, threads));
        ours.push(trainOurs(world, rows, threads));
      }
      show('Merito', ours);
      if (!rival) continue;
      show(`XGBoost ${rival.version}`, theirs);
      const ratio = (of: (turn: Turn) => number) =>
        (median(ours.map(of)) / median(theirs.map(of))).toFixed(2);
      console.log(
        `  ratio          ${ratio((turn) => turn.cpu)} of CPU, ${ratio((turn) => turn.wall)} of wall`,
      );
    }
  }
}
rival?.close();
await crew.close();
rmSync(folder, { recursive: true });
