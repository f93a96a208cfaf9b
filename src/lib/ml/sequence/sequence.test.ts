import { describe, expect, it } from 'vitest';
import { decodeModel, type Encodable, encodeModel } from '../core/codec.ts';
import { matrix } from '../core/matrix.ts';
import { auc } from '../evaluate/index.ts';
import { fitBoosting, predictMargins } from '../trees/index.ts';
import {
  attentionByWeek,
  checkSequenceModel,
  explainSequences,
  fitBilstm,
  fitTransformer,
  predictSequences,
  type SequenceExamples,
  type SequenceModel,
  takeSequences,
} from './index.ts';
import { orderWorld } from './toy-worlds.ts';

const [train, test] = [orderWorld(400, 8, 1), orderWorld(300, 8, 2)];
const models: Readonly<Record<string, SequenceModel>> = {
  bilstm: fitBilstm(train, { seed: 1, units: 8, epochs: 12, rate: 0.01 }),
  transformer: fitTransformer(train, { seed: 1, width: 16, heads: 2, hidden: 16, epochs: 12, rate: 0.01 }),
};
const families = Object.entries(models);

/** What a tree can be told of the weeks without their order: sum, mean, least, most, how many. */
function totals({ values, lengths, weeks, channels }: SequenceExamples) {
  const rows = Array.from(lengths, (length, row) => {
    const events = Array.from({ length }, (_, week) => values[(row * weeks + week) * channels]);
    const sum = events.reduce((total, count) => total + count, 0);
    return [sum, sum / length, Math.min(...events), Math.max(...events), length];
  });
  return matrix(rows.length, 5, Float64Array.from(rows.flat()));
}

describe('a world in which only order matters', () => {
  it.each(families)('%s masters it', (_name, model) => {
    expect(auc(predictSequences(model, test).margins, test.labels)).toBeGreaterThan(0.95);
  });

  it('trees on totals know nothing of it', () => {
    const options = { seed: 1, loss: 'logistic', rounds: 40, depth: 3 } as const;
    const trees = fitBoosting({ x: totals(train), labels: train.labels }, options);
    const theirs = auc(predictMargins(trees, totals(test)), test.labels);
    expect(Math.abs(theirs - 0.5)).toBeLessThan(0.12);
  });

  it.each(families)('%s says how active the week after will be', (_name, model) => {
    const { nextWeek } = predictSequences(model, test);
    const known = test.nextWeek as Float64Array;
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const error = (answer: (row: number) => number) =>
      known.reduce((sum, value, row) => sum + (value - answer(row)) ** 2, 0);
    expect(error((row) => nextWeek?.[row] ?? NaN)).toBeLessThan(0.7 * error(() => mean));
  });
});

describe.each(families)('%s', (name, model) => {
  const few = takeSequences(test, [0, 1, 2, 3, 4]);

  it('takes its margin apart: the parts sum to it', () => {
    const { base, effects, lengths } = explainSequences(model, few);
    const { margins } = predictSequences(model, few);
    const size = few.weeks * few.channels;
    margins.forEach((margin, row) => {
      const own = effects.subarray(row * size, (row + 1) * size);
      const sum = own.reduce((total, effect) => total + effect, base + lengths[row]);
      expect(Math.abs(sum - margin)).toBeLessThan(1e-5);
      expect(own.subarray(few.lengths[row] * few.channels).every((effect) => effect === 0)).toBe(true);
    });
  });

  it('reads nothing behind the length', () => {
    const values = few.values.map((value) => (Number.isNaN(value) ? 1e6 : value));
    expect(predictSequences(model, { ...few, values })).toEqual(predictSequences(model, few));
  });

  it('answers the same after the codec and the check', () => {
    const back = checkSequenceModel(decodeModel(encodeModel(model as unknown as Encodable)));
    expect(predictSequences(back, few)).toEqual(predictSequences(model, few));
  });

  it('gives the same bytes for the same seed, and others for another', () => {
    const small = takeRows(train, 120);
    const fit = name === 'bilstm' ? fitBilstm : fitTransformer;
    const [one, same, other] = [3, 3, 4].map((seed) => fit(small, { seed, epochs: 2 }));
    expect(same).toEqual(one);
    expect(other.network.weights).not.toEqual(one.network.weights);
  });
});

function takeRows(examples: SequenceExamples, count: number): SequenceExamples {
  const rows = Int32Array.from({ length: count }, (_, i) => i);
  const of = (list: ArrayLike<number>) => Float64Array.from(rows, (row) => list[row]);
  return {
    ...takeSequences(examples, rows),
    labels: of(examples.labels),
    nextWeek: of(examples.nextWeek ?? []),
    learners: of(examples.learners),
  };
}

describe('attentionByWeek', () => {
  it('shares a whole among the real weeks of each learner', () => {
    const shares = attentionByWeek(models.transformer, test);
    for (let row = 0; row < 20; row++) {
      const own = shares.subarray(row * test.weeks, (row + 1) * test.weeks);
      expect(own.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      expect(own.subarray(test.lengths[row]).every((share) => share === 0)).toBe(true);
    }
  });

  it('is asked of a transformer', () => {
    expect(() => attentionByWeek(models.bilstm, test)).toThrow(
      'family: expected a transformer, got a bilstm',
    );
  });
});

describe('what does not fit', () => {
  it.each([
    ['values', { values: new Float64Array(3) }, 'values: expected 400 × 8 × 2 = 6400 numbers, got 3'],
    ['lengths', { lengths: new Int32Array(400) }, 'lengths[0]: expected 1 to 8, got 0'],
    ['labels', { labels: new Float64Array(400).fill(2) }, 'labels[0]: expected 0 or 1, got 2'],
    ['learners', { learners: [1] }, 'learners: expected 400, one a row, got 1'],
    ['one learner', { learners: new Int32Array(400) }, 'learners: expected two or more'],
    ['below', { values: train.values.map((value) => -value) }, 'count: expected 0 or more'],
  ])('%s', (_name, change, message) => {
    expect(() => fitBilstm({ ...train, ...change }, { seed: 1 })).toThrow(message);
  });

  it('sequences of another shape', () => {
    const other = { weeks: 4, channels: 4, values: new Float64Array(16), lengths: Int32Array.of(4) };
    expect(() => predictSequences(models.bilstm, other)).toThrow(
      'sequences: expected 8 weeks of 2 channels, got 4 of 4',
    );
  });

  it.each([
    [{ version: 2 }, 'expected a sequence model of version 1'],
    [{ family: 'rnn' }, 'family: expected one of bilstm, transformer, got rnn'],
    [
      { scales: [{ isCount: true, mean: 0, deviation: 0 }] },
      'scales: expected a mean and a deviation above 0',
    ],
    [{ weeks: 9 }, 'network: expected 9 steps of 2 channels, got 8 of 2'],
  ])('a damaged model: %o', (change, message) => {
    expect(() => checkSequenceModel({ ...models.bilstm, ...change })).toThrow(message);
  });
});
