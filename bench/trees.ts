import { matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import { auc } from '#lib/ml/evaluate/index.ts';
import { fitBoosting, fitForest, predictProbability, prepareShap, treeShap } from '#lib/ml/trees/index.ts';

// Seconds of CPU for fitting, predicting and explaining on synthetic tables, and the AUC on fresh rows.

const columns = 50;

function table(rows: number, seed: number) {
  const random = seededRandom(seed);
  const values = Float64Array.from({ length: rows * columns }, () => normal(random));
  const labels = Uint8Array.from({ length: rows }, (_, i) => {
    const at = (column: number) => values[i * columns + column];
    const margin = at(0) + 0.7 * at(1) * at(2) - Math.abs(at(3)) + 0.5 * at(4);
    return Number(random() < 1 / (1 + Math.exp(-margin)));
  });
  for (let i = 0; i < values.length; i++) if (i % columns < 12 && random() < 0.1) values[i] = NaN;
  return { x: matrix(rows, columns, values), labels };
}

function timed<T>(name: string, work: () => T): T {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  console.log(`${name.padEnd(58)} ${((user + system) / 1e6).toFixed(2)} s`);
  return result;
}

const test = table(10_000, 2);
for (const rows of [2_000, 30_000]) {
  const train = table(rows, 1);
  const shown = `${rows.toLocaleString('en')} × ${columns}`;
  const boosted = timed(`boosting, 100 trees of depth 6 on ${shown}`, () =>
    fitBoosting(train, { seed: 1, loss: 'logistic', rounds: 100 }),
  );
  const answers = timed('  predict 10,000 rows', () => predictProbability(boosted, test.x));
  console.log(`  AUC ${auc(answers, test.labels).toFixed(4)}`);
  const few = matrix(1000, columns, test.x.values.subarray(0, 1000 * columns));
  timed('  Shapley values of 1,000 rows, by quadrature', () => treeShap(boosted, few));
  const explainer = timed('  tables of Shapley values', () => prepareShap(boosted));
  timed('  Shapley values of 1,000 rows, from tables', () => explainer(few));
  const { model } = timed(`forest, 100 trees, leaves of 5 on ${shown}`, () =>
    fitForest(train, { seed: 1, classes: 2, minLeaf: 5 }),
  );
  const shares = predictProbability(model, test.x).filter((_, i) => i % 2 === 1);
  console.log(`  AUC ${auc(shares, test.labels).toFixed(4)}`);
}
