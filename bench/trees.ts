import { parseArgs } from 'node:util';
import { compareExplanations } from './support/explain-trees.ts';
import { compareForests } from './support/grow-forests.ts';
import { comparePrediction } from './support/predict-trees.ts';
import { compareBundling, compareTraining } from './support/train-trees.ts';

// All of the tree engine against the native libraries where Python has them, ours and theirs in turn: training, prediction,
// Shapley values, forests. Medians of seconds of CPU and by the clock, and memory.
// `npm run bench:trees -- --quick` takes under two minutes; `--rows 30000 --kind dense --turns 5` trains on chosen tables
// alone. PYTHON names an interpreter with xgboost and scikit-learn.

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rows: { type: 'string', multiple: true },
    kind: { type: 'string', multiple: true },
    turns: { type: 'string' },
  },
});
const { quick, rows, kind } = values;
const turns = Number(values.turns ?? (quick ? 1 : 3));
const sizes = rows?.map(Number) ?? (quick ? [30_000] : [30_000, 200_000]);
const growths = quick ? ['depth'] : ['depth', 'leaf'];

console.log(
  'Threads of the native libraries wait asleep (OMP_WAIT_POLICY=passive); spinning, they collapse on a shared machine.',
);
await compareTraining(sizes, kind ?? ['gaps', 'dense'], turns);
if (!rows && !kind) {
  compareBundling(30_000, turns);
  await comparePrediction(growths, quick ? 5 : 15);
  await compareExplanations(growths, quick ? 3 : 5, !quick);
  compareForests(['random forest'], quick ? 20 : 100, turns);
}
