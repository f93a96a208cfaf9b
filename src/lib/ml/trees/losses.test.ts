import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normal, type Random, seededRandom } from '../core/random.ts';
import { type Loss, lossOf, type LossSettings } from './losses.ts';
import { weightedQuantile } from './losses/quantile.ts';
import type { LossName } from './model.ts';

interface World {
  readonly loss: Loss;
  readonly labels: Float64Array;
  readonly weights: Float64Array;
  readonly margins: Float64Array;
}

interface Case {
  readonly name: LossName;
  readonly label: (random: Random, row: number) => number;
  readonly settings?: LossSettings;
  /** Gradients are this many times those of the weighted mean × total weight. */
  readonly scale?: number;
  readonly isUnweighted?: boolean;
}

const rows = 12;

const cases: readonly Case[] = [
  { name: 'squared', label: normal, scale: 0.5 },
  { name: 'logistic', label: (random) => Number(random() < 0.4) },
  { name: 'softmax', label: (random) => Math.floor(3 * random()) },
  { name: 'poisson', label: (random) => Math.floor(5 * random()) },
  { name: 'quantile', label: normal, settings: { quantile: 0.3 } },
  // Times differ: among ties XGBoost's gradients, and so ours, are not quite the derivatives.
  {
    name: 'cox',
    label: (random, row) => (row + 1) * (row === 3 || random() < 0.6 ? 1 : -1),
    isUnweighted: true,
  },
];

function worldOf({ name, label, settings, isUnweighted }: Case, seed: number): World {
  const random = seededRandom(seed);
  const loss = lossOf(name, 3, settings);
  const labels = Float64Array.from({ length: rows }, (_, row) => label(random, row));
  const weights = Float64Array.from({ length: rows }, () => (isUnweighted ? 1 : 0.5 + random()));
  const margins = Float64Array.from({ length: rows * loss.outputs }, () => normal(random));
  loss.checkLabels(labels, rows);
  return { loss, labels, weights, margins };
}

function gradientsOf({ loss, margins, labels, weights }: World, output = 0): Float64Array {
  const gradients = new Float64Array(2 * rows);
  loss.gradientsInto(gradients, margins, labels, weights, output);
  return gradients;
}

/** The derivative of the total loss by one margin: total weight of rows, or of events for cox, × that of the mean. */
function slope({ loss, margins, labels, weights }: World, place: number): number {
  const step = 1e-5;
  const shifted = (by: number) => margins.map((margin, i) => margin + (i === place ? by : 0));
  const rise = loss.mean(shifted(step), labels, weights) - loss.mean(shifted(-step), labels, weights);
  const total =
    loss.name === 'cox'
      ? labels.filter((label) => label > 0).length
      : weights.reduce((sum, weight) => sum + weight, 0);
  return (total * rise) / (2 * step);
}

describe.each(cases)('$name', (one) => {
  test('has the derivatives of its mean as gradients', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(rows - 1), fc.nat(2), (seed, row, k) => {
        const world = worldOf(one, seed);
        const output = k % world.loss.outputs;
        const expected = (one.scale ?? 1) * slope(world, row * world.loss.outputs + output);
        expect(gradientsOf(world, output)[2 * row]).toBeCloseTo(expected, 4);
      }),
      { numRuns: 60 },
    );
  });

  test('has second derivatives that are not negative, and gradients of 0 over the best constant', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const world = worldOf(one, seed);
        expect(Math.min(...gradientsOf(world).filter((_, i) => i % 2 === 1))).toBeGreaterThan(-1e-12);
        if (one.name === 'quantile') return;
        const start = world.loss.start(world.labels, world.weights);
        const margins = world.margins.map((_, i) => start[i % start.length]);
        const sum = gradientsOf({ ...world, margins }).reduce((s, g, i) => s + (i % 2 === 0 ? g : 0), 0);
        expect(sum).toBeCloseTo(0, 3);
      }),
      { numRuns: 40 },
    );
  });

  test('writes the asked rows alone, where it goes by rows', () => {
    const world = worldOf(one, 5);
    if (!world.loss.isRowwise) return expect(one.name).toBe('cox');
    const part = new Float64Array(2 * rows).fill(NaN);
    world.loss.gradientsInto(part, world.margins, world.labels, world.weights, 0, 3, 7);
    const whole = gradientsOf(world);
    expect(part).toEqual(whole.map((g, i) => (i >= 6 && i < 14 ? g : NaN)));
  });
});

describe('poisson', () => {
  test('takes the second derivative at the far end of the longest step', () => {
    const loss = lossOf('poisson', 1);
    const gradients = new Float64Array(2);
    loss.gradientsInto(gradients, Float64Array.of(0), Float64Array.of(3), Float64Array.of(1), 0);
    expect(gradients).toEqual(Float64Array.of(-2, Math.exp(0.7)));
    expect(loss.maxDeltaStep).toBe(0.7);
  });

  test('starts finite even when nothing was ever counted', () => {
    const start = lossOf('poisson', 1).start(new Float64Array(3), Float64Array.of(1, 1, 1));
    expect(start[0]).toBe(Math.log(1e-6));
  });
});

describe('cox', () => {
  test('does not mind margins of hundreds', () => {
    const loss = lossOf('cox', 1);
    const labels = Float64Array.of(1, -2, 3);
    const weights = Float64Array.of(1, 1, 1);
    const at = (shift: number) => {
      const gradients = new Float64Array(6);
      loss.gradientsInto(gradients, Float64Array.of(0.5 + shift, shift, 1 + shift), labels, weights, 0);
      return Array.from(gradients);
    };
    at(800).forEach((value, i) => expect(value).toBeCloseTo(at(0)[i], 9));
  });

  test('counts tied rows in one another’s risk set', () => {
    const mean = lossOf('cox', 1).mean(new Float64Array(3), Float64Array.of(1, 1, -2), new Float64Array(3));
    expect(mean).toBeCloseTo(Math.log(3), 12);
  });
});

describe('quantile', () => {
  test('lies so that no constant is better', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.05, max: 0.95, noNaN: true }), (seed, share) => {
        const random = seededRandom(seed);
        const labels = Float64Array.from({ length: 1 + Math.floor(9 * random()) }, () => normal(random));
        const weights = labels.map(() => 1);
        const loss = lossOf('quantile', 1, { quantile: share });
        const meanAt = (answer: number) =>
          loss.mean(
            labels.map(() => answer),
            labels,
            weights,
          );
        const best = Math.min(...labels.map(meanAt));
        // Between two ranks the answer is interpolated, so it may be worse than the better end by less than the gap's share.
        const own = meanAt(weightedQuantile(labels, weights, share));
        const spread = Math.max(...labels) - Math.min(...labels);
        expect(own).toBeLessThanOrEqual(best + spread / labels.length);
      }),
    );
  });

  test('is the only value, and either end at shares near 0 and 1', () => {
    expect(weightedQuantile(Float64Array.of(7), Float64Array.of(2), 0.3)).toBe(7);
    const values = Float64Array.of(3, 1, 2);
    const weights = Float64Array.of(1, 2, 1.5);
    expect(weightedQuantile(values, weights, 0.01)).toBe(1);
    expect(weightedQuantile(values, weights, 0.99)).toBe(3);
  });
});

describe('ranking', () => {
  const groups = [4, 1, 6];
  const size = 11;
  const settled = { truncation: 3, isNormalised: false, groups };

  function ranked(seed: number, settings: LossSettings) {
    const random = seededRandom(seed);
    const loss = lossOf('ranking', 1, settings);
    const labels = Float64Array.from({ length: size }, () => Math.floor(4 * random()));
    const margins = Float64Array.from({ length: size }, () => normal(random));
    const gradients = new Float64Array(2 * size);
    loss.gradientsInto(gradients, margins, labels, new Float64Array(size).fill(1), 0);
    return { loss, labels, margins, gradients };
  }

  /** Σ |change of NDCG by swapping the pair| × ln(1 + e^−distance), with the changes as they stand at `order`. */
  function surrogate(scores: Float64Array, labels: Float64Array, places: readonly number[]): number {
    const gain = (row: number) => 2 ** labels[row] - 1;
    const discount = (place: number) => 1 / Math.log2(2 + place);
    let [sum, from] = [0, 0];
    for (const count of groups) {
      const members = Array.from({ length: count }, (_, k) => from + k);
      const best = members
        .map(gain)
        .sort((a, b) => b - a)
        .slice(0, 3)
        .reduce((total, g, place) => total + g * discount(place), 0);
      for (const a of members) {
        for (const b of members) {
          if (labels[a] <= labels[b] || Math.min(places[a], places[b]) >= 3) continue;
          const change = (gain(a) - gain(b)) * Math.abs(discount(places[a]) - discount(places[b]));
          sum += (change / best) * Math.log1p(Math.exp(scores[b] - scores[a]));
        }
      }
      from += count;
    }
    return sum;
  }

  function placesOf(scores: Float64Array): number[] {
    const places = new Array<number>(size);
    let from = 0;
    for (const count of groups) {
      const members = Array.from({ length: count }, (_, k) => from + k);
      members.sort((a, b) => scores[b] - scores[a]).forEach((row, place) => (places[row] = place));
      from += count;
    }
    return places;
  }

  test('has the derivatives of weighted pair losses as gradients', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(size - 1), (seed, row) => {
        const { labels, margins, gradients } = ranked(seed, settled);
        const places = placesOf(margins);
        const at = (by: number) =>
          surrogate(
            margins.map((margin, i) => margin + (i === row ? by : 0)),
            labels,
            places,
          );
        expect(gradients[2 * row]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 5);
        expect(gradients[2 * row + 1]).toBeCloseTo((at(1e-3) - 2 * at(0) + at(-1e-3)) / 1e-6, 4);
      }),
      { numRuns: 60 },
    );
  });

  test('pulls no group as a whole', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { gradients } = ranked(seed, { groups });
        const sum = (from: number, to: number) =>
          gradients.slice(2 * from, 2 * to).reduce((s, g, i) => s + (i % 2 === 0 ? g : 0), 0);
        for (const [from, to] of [
          [0, 4],
          [4, 5],
          [5, 11],
        ])
          expect(sum(from, to)).toBeCloseTo(0, 12);
      }),
      { numRuns: 40 },
    );
  });

  test('has mean 0 in perfect order and more otherwise', () => {
    const loss = lossOf('ranking', 1, { groups: [3, 2] });
    const labels = Float64Array.of(0, 2, 1, 0, 0);
    const weights = new Float64Array(5).fill(1);
    expect(loss.mean(Float64Array.of(1, 3, 2, 5, 4), labels, weights)).toBe(0);
    const swapped = loss.mean(Float64Array.of(1, 2, 3, 5, 4), labels, weights);
    const reached = (1 + 3 / Math.log2(3)) / (3 + 1 / Math.log2(3));
    expect(swapped).toBeCloseTo((1 - reached) / 2, 12);
  });
});

describe('labels and settings that mean nothing', () => {
  test.each<[LossName, number[], LossSettings, string]>([
    ['squared', [1, NaN], {}, 'labels[1]: expected a number, got NaN'],
    ['logistic', [1, 2], {}, 'labels[1]: expected an integer from 0 to 1, got 2'],
    ['softmax', [3, 0], {}, 'labels[0]: expected an integer from 0 to 2, got 3'],
    ['poisson', [1, -1], {}, 'labels[1]: expected a finite number from 0, got -1'],
    ['cox', [1, 0], {}, 'labels[1]: expected a time of event'],
    ['cox', [-1, -2], {}, 'labels: expected at least one event, got 2 rows without'],
    ['ranking', [1, 0.5], { groups: [2] }, 'labels[1]: expected a whole number from 0 to 30, got 0.5'],
    ['ranking', [1, 0], { groups: [3] }, 'groups: expected 2 rows together, got 3'],
    ['poisson', [1], {}, 'labels: expected 2, one a row, got 1'],
  ])('%s %j', (name, labels, settings, message) => {
    expect(() => lossOf(name, 3, settings).checkLabels(labels, 2)).toThrow(message);
  });

  test.each<[LossName, LossSettings, string]>([
    ['quantile', { quantile: 1 }, 'quantile: expected above 0 and below 1, got 1'],
    ['poisson', { maxDeltaStep: -1 }, 'maxDeltaStep: expected 0 to 100, got -1'],
    ['ranking', {}, 'groups: expected the number of rows of each group, got none'],
    ['ranking', { groups: [2, 0] }, 'groups[1]: expected a whole number from 1'],
    ['ranking', { groups: [2], truncation: 0 }, 'truncation: expected a whole number from 1'],
  ])('%s %j', (name, settings, message) => {
    expect(() => lossOf(name, 3, settings)).toThrow(message);
  });
});
