import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { readXgboostJson } from '#lib/ml/trees/exchange/index.ts';
import { type BoostingModel, preparePredictor } from '#lib/ml/trees/index.ts';
import { measure, medianSpent, type Python, ratios, type Spent, startPython } from './measure.ts';
import { writeTable } from './tree-table.ts';

const [rows, columns, trainRows] = [50_000, 50, 30_000];

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
    wall, cpu = time.perf_counter(), time.process_time()
    if what == 'inplace':
        boosters[growth].inplace_predict(few, predict_type='margin')
    else:
        boosters[growth].predict(held, output_margin=True)
    print(time.process_time() - cpu, time.perf_counter() - wall, flush=True)
`;

type Ways = Record<'float32' | 'float64' | 'native' | 'inplace', Spent[]>;

async function compare(python: Python, folder: string, growth: string, x: Matrix, turns: number) {
  const model = readXgboostJson(readFileSync(join(folder, `${growth}.json`), 'utf8')).model as BoostingModel;
  const predictor = preparePredictor(model);
  const told = new Float32Array(new Uint8Array(readFileSync(join(folder, `${growth}.bin`))).buffer);
  const apart = predictor
    .margins(x)
    .reduce((most, margin, i) => Math.max(most, Math.abs(margin - told[i])), 0);
  const table64 = matrix(rows, columns, Float64Array.from(x.values));
  const theirs = async (way: string): Promise<Spent> => {
    const [cpu, wall] = await python.ask(`${growth} ${way} ${rows}`);
    return { cpu, wall };
  };
  const spent: Ways = { float32: [], float64: [], native: [], inplace: [] };
  for (let turn = 0; turn < turns; turn++) {
    spent.float32.push(measure(() => void predictor.margins(x)));
    spent.native.push(await theirs('table'));
    spent.float64.push(measure(() => void predictor.margins(table64)));
    spent.inplace.push(await theirs('inplace'));
  }
  console.log(`Margins of ${rows} × ${columns}, 100 trees ${growth}-wise, median of ${turns} turns`);
  report(spent, apart);
  const one = matrix(1, columns, x.values.slice(0, columns));
  const single = Array.from({ length: 50 }, () =>
    measure(() => {
      for (let i = 0; i < 200; i++) predictor.margins(one);
    }),
  );
  const { cpu, wall } = medianSpent(single);
  console.log(
    `  one row        ${((cpu / 200) * 1e6).toFixed(1)} µs CPU, ${((wall / 200) * 1e6).toFixed(1)} µs wall`,
  );
}

function report(spent: Ways, apart: number): void {
  const [ours, theirs] = [medianSpent(spent.float32), medianSpent(spent.native)];
  const show = (name: string, { cpu, wall }: Spent, more: string) =>
    console.log(
      `  ${name.padEnd(14)} ${((cpu / rows) * 1e6).toFixed(2)} µs CPU a row, ${((wall / rows) * 1e6).toFixed(2)} µs wall${more}`,
    );
  show('XGBoost', theirs, '');
  show('  from an array', medianSpent(spent.inplace), '');
  show('Merito float32', ours, `: ${ratios(ours, theirs)}`);
  const doubles = medianSpent(spent.float64);
  show('Merito float64', doubles, `: ${ratios(doubles, theirs)}`);
  console.log(`  largest difference of margins ${apart}`);
}

/**
 * Margins against XGBoost's: the same trees, the same rows, one thread each, turn and turn about, and the largest difference;
 * skipped without Python's xgboost.
 */
export async function comparePrediction(growths: readonly string[], turns: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-predict-'));
  try {
    const x = writeTable(folder, rows, columns);
    const python = await startPython(program, folder);
    if (!python) console.log('Prediction: skipped, needs Python with xgboost');
    else for (const growth of growths) await compare(python, folder, growth, x, turns);
    python?.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
