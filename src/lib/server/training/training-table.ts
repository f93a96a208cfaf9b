import { type Dataset, parts } from './dataset.ts';

/**
 * The dataset of a task as lines of CSV, for training elsewhere: the columns by name, then label, part and learner.
 * Learners are numbered anew, rows of one share a number; missing values are empty. Numbers read back as they were.
 */
export function* trainingTable(dataset: Dataset): Generator<string> {
  const { columns } = dataset;
  yield [...columns.map(quoted), 'label', 'part', 'learner'].join(',');
  const numberOf = new Map<number, number>();
  for (const part of parts) {
    const { x, labels, learners } = dataset.parts[part];
    for (let row = 0; row < x.rows; row++) {
      const learner = learners[row];
      if (!numberOf.has(learner)) numberOf.set(learner, numberOf.size + 1);
      const values = x.values.subarray(row * x.columns, (row + 1) * x.columns);
      const cells = Array.from(values, (value) => (Number.isNaN(value) ? '' : String(value)));
      yield [...cells, labels[row], part, numberOf.get(learner)].join(',');
    }
  }
}

function quoted(name: string): string {
  return /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
