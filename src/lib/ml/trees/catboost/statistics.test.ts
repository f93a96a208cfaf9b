import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../../core/matrix.ts';
import { widen } from '../target-statistics.ts';
import { foldContributions } from './fold-contributions.ts';
import { goodRows, statisticsOf, type StatisticSpec } from './statistics.ts';

const spec: StatisticSpec = { sources: [0], kind: 'target', prior: 0.5, target: 0 };

function binsOf(codes: readonly number[], labels: readonly number[], rows: readonly number[], of = spec) {
  const x = matrix(codes.length, 1, Float64Array.from(codes));
  const order = { id: 0, rows: Uint32Array.from(rows) };
  return Array.from(statisticsOf(x, [Uint8Array.from(labels)]).binsOf(of, order));
}

describe('ordered statistics', () => {
  // (0 + ½)/1 = ½, (1 + ½)/2 = ¾, (1 + ½)/3 = ½ for code 4, then ½ for code 9: 15 times that is 7.5, 11.25, 7.5, 7.5.
  it('reads a row before it counts it', () => {
    expect(binsOf([4, 4, 4, 9], [1, 0, 1, 1], [0, 1, 2, 3])).toEqual([7, 11, 7, 7]);
  });

  // Read backwards: ½, (1 + ½)/2, (1 + ½)/3.
  it('follows the order, not the row numbers', () => {
    expect(binsOf([4, 4, 4, 9], [1, 0, 1, 1], [3, 2, 1, 0])).toEqual([7, 11, 7, 7]);
    expect(binsOf([4, 4, 4], [1, 0, 0], [2, 1, 0])).toEqual([2, 3, 7]);
  });

  // Three of code 4 and one of code 9: 3/(3 + 1) and 1/(3 + 1), times 15: 11.25 and 3.75.
  it('counts how common a code is', () => {
    const counter: StatisticSpec = { ...spec, kind: 'counter', prior: 0 };
    expect(binsOf([4, 4, 4, 9], [1, 0, 1, 1], [0, 1, 2, 3], counter)).toEqual([11, 11, 11, 3]);
  });

  it('no label reaches the statistic of its own row or of one before it', () => {
    const rows = fc.array(fc.tuple(fc.nat(3), fc.nat(1)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(rows, fc.nat(), (table, pick) => {
        const codes = table.map(([code]) => code);
        const labels = table.map(([, label]) => label);
        const changed = pick % table.length;
        const order = table.map((_, i) => i);
        const others = labels.map((label, i) => (i === changed ? 1 - label : label));
        const [before, after] = [binsOf(codes, labels, order), binsOf(codes, others, order)];
        expect(after.slice(0, changed + 1)).toEqual(before.slice(0, changed + 1));
      }),
    );
  });

  it('keeps counts over all rows, by combination of codes, and the prior for what it never saw', () => {
    const x = matrix(4, 2, Float64Array.of(1, 5, 1, 5, 1, NaN, 2, 5));
    const statistics = statisticsOf(x, [Uint8Array.of(1, 0, 1, 1)]);
    const derived = statistics.finalOf({ ...spec, sources: [0, 1] });
    expect(derived.keys).toEqual(['1 5', '1 NaN', '2 5']);
    expect(Array.from(derived.good)).toEqual([1, 1, 1]);
    expect(Array.from(derived.seen)).toEqual([2, 1, 1]);
    const wide = widen(matrix(2, 2, Float64Array.of(1, 5, 8, 8)), { derived: [derived] });
    expect([wide.values[2], wide.values[5]]).toEqual([(15 * 1.5) / 3, 7.5]);
  });
});

describe('good rows', () => {
  it('are the upper half of numbers, label 1, or each class', () => {
    expect(Array.from(goodRows('squared', Float64Array.of(5, 1, 1, 9, 7), 2)[0])).toEqual([1, 0, 0, 1, 1]);
    expect(Array.from(goodRows('logistic', Float64Array.of(1, 0), 2)[0])).toEqual([1, 0]);
    expect(goodRows('softmax', Float64Array.of(0, 2, 1), 3).map((rows) => Array.from(rows))).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]);
  });
});

describe('foldContributions', () => {
  const x = matrix(2, 2, Float64Array.of(1, 5, 2, 5));
  const statistics = statisticsOf(x, [Uint8Array.of(1, 0)]);
  const derived = [statistics.finalOf(spec), statistics.finalOf({ ...spec, sources: [0, 1] })];

  it('shares what a derived column brought among its sources', () => {
    const folded = foldContributions(
      { columns: 2, statistics: { derived } },
      Float64Array.of(1, 2, 3, 4, 0, 0, 0, 1),
    );
    expect(Array.from(folded)).toEqual([1 + 3 + 2, 2 + 2, 0.5, 0.5]);
  });

  it('refuses rows of another width', () => {
    expect(() => foldContributions({ columns: 2, statistics: { derived } }, new Float64Array(6))).toThrow(
      'wide: expected rows of 4 contributions, got 6 in all',
    );
  });
});
