import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import { readXgboostJson } from '#lib/ml/trees/exchange/index.ts';
import { type BoostingModel, preparePredictor } from '#lib/ml/trees/index.ts';

// Margins against XGBoost's: the same trees, the same rows, one thread each, turn and turn about. The least CPU time of
// several turns, and the largest difference of margins; skipped without Python's xgboost.

const [rows, columns, trainRows, turns] = [50_000, 50, 30_000, 15];

const program = `
import sys, time, numpy as np, xgboost as xgb
folder = sys.argv[1]
x = np.fromfile(f'{folder}/x.bin', dtype=np.float32).reshape(-1, ${columns})
y = np.fromfile(f'{folder}/y.bin', dtype=np.uint8)
shapes = dict(depth=dict(max_depth=6), leaf=dict(max_depth=0, max_leaves=31, grow_policy='lossguide'))
train, test = xgb.DMatrix(x[:${trainRows}], label=y[:${trainRows}]), x[:${rows}]
boosters = {}
for growth, shape in shapes.items():
    options = dict(objective='binary:logistic', tree_method='hist', eta=.1, nthread=1, **shape)
    boosters[growth] = xgb.train(options, train, 100)
    boosters[growth].save_model(f'{folder}/{growth}.json')
    boosters[growth].predict(xgb.DMatrix(test, nthread=1), output_margin=True).tofile(f'{folder}/{growth}.bin')
print('ready', flush=True)
for line in sys.stdin:
    growth, what, count = line.split()
    few = test[:int(count)]
    held = xgb.DMatrix(few, nthread=1)
    # A booster keeps the answers for a table it has seen: fresh tables, made before the clock starts.
    start = time.process_time()
    if what == 'inplace':
        boosters[growth].inplace_predict(few, predict_type='margin')
    else:
        boosters[growth].predict(held, output_margin=True)
    print(time.process_time() - start, flush=True)
`;

function writeTable(folder: string): Matrix {
  const random = seededRandom(1);
  const values = Float32Array.from({ length: rows * columns }, () => normal(random));
  const labels = Uint8Array.from({ length: rows }, (_, i) => {
    const at = (column: number) => values[i * columns + column];
    const margin = at(0) + 0.7 * at(1) * at(2) - Math.abs(at(3)) + 0.5 * at(4) + 0.3 * at(5) * at(6);
    return Number(random() < 1 / (1 + Math.exp(-margin)));
  });
  for (let i = 0; i < values.length; i++) if (i % columns < 12 && random() < 0.1) values[i] = NaN;
  writeFileSync(join(folder, 'x.bin'), values);
  writeFileSync(join(folder, 'y.bin'), labels);
  return matrix(rows, columns, values);
}

function cpuSeconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

type Ask = (question: string) => Promise<string | undefined>;

function conversation({ stdin, stdout }: ChildProcessWithoutNullStreams): Ask {
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return async (question) => {
    if (question) stdin.write(`${question}\n`);
    return (await lines.next()).value;
  };
}

async function compare(ask: Ask, folder: string, growth: string, x: Matrix): Promise<void> {
  const model = readXgboostJson(readFileSync(join(folder, `${growth}.json`), 'utf8')).model as BoostingModel;
  const predictor = preparePredictor(model);
  const told = new Float32Array(readFileSync(join(folder, `${growth}.bin`)).buffer);
  const ours = predictor.margins(x);
  const apart = ours.reduce((most, margin, i) => Math.max(most, Math.abs(margin - told[i])), 0);
  const table64 = matrix(rows, columns, Float64Array.from(x.values));
  const best = { float32: Infinity, float64: Infinity, native: Infinity, inplace: Infinity };
  for (let turn = 0; turn < turns; turn++) {
    best.float32 = Math.min(
      best.float32,
      cpuSeconds(() => void predictor.margins(x)),
    );
    best.native = Math.min(best.native, Number(await ask(`${growth} table ${rows}`)));
    best.float64 = Math.min(
      best.float64,
      cpuSeconds(() => void predictor.margins(table64)),
    );
    best.inplace = Math.min(best.inplace, Number(await ask(`${growth} inplace ${rows}`)));
  }
  const shown = (seconds: number) => `${(seconds * 1e3).toFixed(1)} ms`;
  console.log(`${growth}-wise, ${rows} × ${columns}, 100 trees; largest difference of margins ${apart}`);
  console.log(`  XGBoost ${shown(best.native)}, from an array ${shown(best.inplace)}`);
  console.log(`  float32 ${shown(best.float32)}, ratio ${(best.float32 / best.native).toFixed(2)}`);
  console.log(`  float64 ${shown(best.float64)}, ratio ${(best.float64 / best.native).toFixed(2)}`);
  const one = matrix(1, columns, x.values.slice(0, columns));
  let least = Infinity;
  for (let turn = 0; turn < 200; turn++) {
    const seconds = cpuSeconds(() => {
      for (let i = 0; i < 100; i++) predictor.margins(one);
    });
    least = Math.min(least, seconds / 100);
  }
  console.log(`  one row ${(least * 1e6).toFixed(1)} µs`);
}

const folder = mkdtempSync(join(tmpdir(), 'bench-predict-'));
const x = writeTable(folder);
const python = spawn('/usr/bin/python3', ['-c', program, folder]);
python.on('error', () => console.log('skipped: no python3 here'));
const ask = conversation(python);
if ((await ask('')) === 'ready') {
  for (const growth of ['depth', 'leaf']) await compare(ask, folder, growth, x);
} else console.log('skipped: needs Python with xgboost');
python.stdin.end();
rmSync(folder, { recursive: true });
