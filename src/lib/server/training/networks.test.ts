import { describe, expect, it } from 'vitest';
import { decodeModel, type Encodable, encodeModel } from '#lib/ml/core/codec.ts';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import { marginsOf, prepareExplainer } from '#lib/ml/ensemble/index.ts';
import type { SequenceExamples } from '#lib/ml/sequence/index.ts';
import { orderWorld, silentWorld } from '#lib/ml/sequence/toy-worlds.ts';
import { answersOf, checkTaskModel } from '#lib/server/models/task-model.ts';
import { type Dataset, inputsOf, type PartRows, viewFor } from './dataset.ts';
import { learn } from './learn.ts';
import type { StackMethod } from './task.ts';
import { taskModelOf } from './train.ts';
import { verdictOf } from './verdict.ts';

const weeks = 6;
const trees = { loss: 'logistic', rounds: 25, depth: 3, maxBins: 32, minChildWeight: 5 } as const;
const small = { epochs: 40, patience: 8, rate: 0.01 };
const method: StackMethod = {
  kind: 'stack',
  folds: 3,
  members: [
    { name: 'xgboost', method: { kind: 'boosting', options: trees } },
    { name: 'lightgbm', method: { kind: 'boosting', options: { ...trees, growth: 'leaf', leaves: 6 } } },
  ],
  networks: [
    { name: 'bilstm', method: { kind: 'sequence', family: 'bilstm', options: { ...small, units: 8 } } },
    {
      name: 'transformer',
      method: {
        kind: 'sequence',
        family: 'transformer',
        options: { ...small, width: 16, heads: 2, hidden: 16 },
      },
    },
  ],
};

/** What can be said of the weeks without their order: sum, mean, least, most, how many. */
function totals({ values, lengths, channels }: SequenceExamples): Matrix {
  const rows = Array.from(lengths, (length, row) => {
    const events = Array.from({ length }, (_, week) => values[(row * weeks + week) * channels]);
    const sum = events.reduce((total, count) => total + count, 0);
    return [sum, sum / length, Math.min(...events), Math.max(...events), length];
  });
  return matrix(rows.length, 5, Float64Array.from(rows.flat()));
}

/** The same, and besides something that no week tells: whether the learner is at risk, through noise. */
function told(examples: SequenceExamples): Matrix {
  const random = seededRandom(examples.labels.length);
  const rows = totals(examples);
  const values = Float64Array.from(rows.values);
  for (let row = 0; row < rows.rows; row++)
    values[row * rows.columns] = examples.labels[row] + normal(random);
  return matrix(rows.rows, rows.columns, values);
}

/** How many weeks, then the latest first: as tasks lay sequences in columns. */
function weekTable({ values, lengths, channels }: SequenceExamples): Matrix {
  const columns = 1 + weeks * channels;
  const table = new Float64Array(lengths.length * columns).fill(NaN);
  lengths.forEach((length, row) => {
    table[row * columns] = length;
    for (let ago = 0; ago < length; ago++) {
      const from = (row * weeks + length - 1 - ago) * channels;
      table.set(values.subarray(from, from + channels), row * columns + 1 + ago * channels);
    }
  });
  return matrix(lengths.length, columns, table);
}

type Tell = (examples: SequenceExamples) => Matrix;

function partOf(examples: SequenceExamples, tell: Tell): PartRows {
  return {
    x: tell(examples),
    labels: Uint8Array.from(examples.labels),
    learners: Int32Array.from(examples.learners),
    weeks: { x: weekTable(examples), nextWeek: Float64Array.from(examples.nextWeek ?? []) },
    from: 0,
    to: 1,
  };
}

function datasetOf(world: typeof orderWorld, tell: Tell): Dataset {
  const [train, calibrate, test] = [1, 2, 3].map((seed) =>
    partOf(world(seed === 1 ? 400 : 200, weeks, seed), tell),
  );
  const weekNames = Array.from({ length: weeks }, (_, ago) => [
    `week-0${ago + 1}-events`,
    `week-0${ago + 1}-noise`,
  ]);
  return {
    columns: ['sum', 'mean', 'least', 'most', 'weeks'],
    classes: 2,
    directions: null,
    classNames: ['no', 'yes'],
    parts: { train, calibrate, test },
    weeks: { columns: ['weeks-known', ...weekNames.flat()], weeks, counts: [true, true] },
    facts: {},
    split: 'by chance',
    baselines: [{ name: 'base rate', columns: [] }],
  };
}

const train = async (dataset: Dataset, by: StackMethod = method) =>
  learn({ dataset, method: by, seed: 1 }, () => undefined);

describe('where only the order of weeks matters', async () => {
  const dataset = datasetOf(orderWorld, totals);
  const learned = await train(dataset);
  const model = taskModelOf('at-risk', dataset, learned);

  it('a network enters the stack, and the stack serves', () => {
    const [bilstm, transformer] = learned.networks;
    expect(bilstm).toMatchObject({ name: 'bilstm', verdict: 'entered' });
    expect(bilstm.difference?.high).toBeLessThan(0);
    expect(bilstm.onTest?.high).toBeLessThan(0);
    expect(bilstm.auc.value).toBeGreaterThan(0.9);
    expect(transformer.auc.value).toBeGreaterThan(0.85);
    expect(learned.served).toEqual({ name: 'stack', because: 'stack best' });
    expect(learned.judgement.metrics.auc.value).toBeGreaterThan(0.9);
  });

  it('trees alone know nothing of it', () => {
    for (const { metrics } of learned.members) expect(metrics.auc.value).toBeLessThan(0.65);
  });

  it('the model reads the weeks, and says which moved an answer: all parts sum to the margin', () => {
    expect(model.columns).toEqual([...dataset.columns, ...(dataset.weeks?.columns ?? [])]);
    const x = viewFor(dataset, model.columns.length).parts.test.x;
    const few = matrix(5, x.columns, x.values.slice(0, 5 * x.columns));
    const { base, contributions } = prepareExplainer(model.model)(few);
    const margins = marginsOf(model.model, few);
    for (let row = 0; row < few.rows; row++) {
      const own = contributions.subarray(row * few.columns, (row + 1) * few.columns);
      const sum = own.reduce((total, effect) => total + effect, base);
      expect(Math.abs(sum - margins[row])).toBeLessThan(1e-3);
    }
    expect(learned.pictures.importance[0].feature).toMatch(/^week-/);
  });

  it('answers the same after the codec and the check', () => {
    const back = checkTaskModel(decodeModel(encodeModel(model as unknown as Encodable)), 'at-risk');
    const x = inputsOf(dataset.parts.test, model.columns.length);
    expect(answersOf(back, x)).toEqual(answersOf(model, x));
  });

  it('can be held against a champion without networks, on the same rows', async () => {
    const champion = taskModelOf('at-risk', dataset, await train(dataset, { ...method, networks: [] }));
    expect(champion.columns).toEqual(dataset.columns);
    expect(verdictOf(dataset, model, champion, 1)).toMatchObject({ status: 'champion' });
    expect(verdictOf(dataset, champion, model, 1).status).not.toBe('champion');
  });
});

describe('where weeks say nothing', async () => {
  const dataset = datasetOf(silentWorld, told);
  const learned = await train(dataset);

  it('no network enters, and the model reads what it read without', async () => {
    for (const { metrics } of learned.members) expect(metrics.auc.value).toBeGreaterThan(0.7);
    expect(learned.networks.map(({ verdict }) => verdict)).not.toContain('entered');
    const without = await train(dataset, { ...method, networks: [] });
    expect(learned.model).toEqual(without.model);
    expect(taskModelOf('at-risk', dataset, learned).columns).toEqual(dataset.columns);
  });
});
