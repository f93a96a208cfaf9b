import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../core/random.ts';
import { bootstrapInterval, wilsonInterval } from './intervals.ts';
import { calibrationErrorOnRows, expectedCalibrationError, reliabilityTable } from './reliability.ts';

describe('reliabilityTable', () => {
  it('puts what was said beside what happened', () => {
    const table = reliabilityTable(Float64Array.of(0.05, 0.15, 0.15, 1), [0, 1, 0, 1]);
    expect(table[0]).toMatchObject({ from: 0, to: 0.1, rows: 1, said: 0.05, happened: 0, low: 0 });
    expect(table[1]).toMatchObject({ rows: 2, said: 0.15, happened: 0.5 });
    expect(table[2]).toMatchObject({ rows: 0, said: 0, happened: 0, low: 0, high: 1 });
    expect(table[9]).toMatchObject({ rows: 1, said: 1, happened: 1, high: 1 });
    expect(expectedCalibrationError(Float64Array.of(0.05, 0.15, 0.15, 1), [0, 1, 0, 1])).toBeCloseTo(
      (0.05 + 2 * 0.35) / 4,
      12,
    );
  });

  it('gives each bin as many rows where asked, and never parts equal answers', () => {
    const answers = Float64Array.from({ length: 100 }, (_, i) => (i / 100) ** 3);
    const labels = answers.map(Math.round);
    const even = reliabilityTable(answers, labels, { bins: 4, spacing: 'rows' });
    expect(even.map(({ rows }) => rows)).toEqual([25, 25, 25, 25]);
    const law = fc.property(
      fc.array(fc.constantFrom(0, 0.1, 0.1 + 0.2, 0.5, 1), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      (values, bins) => {
        const own = Float64Array.from(values);
        const table = reliabilityTable(own, new Uint8Array(own.length), { bins, spacing: 'rows' });
        expect(table.reduce((sum, { rows }) => sum + rows, 0)).toBe(values.length);
        expect(table.every(({ rows }) => rows > 0)).toBe(true);
        expect([table[0].from, table[table.length - 1].to]).toEqual([0, 1]);
      },
    );
    fc.assert(law);
  });

  it('widens intervals when learners repeat themselves', () => {
    const random = seededRandom(1);
    const outcomes = Array.from({ length: 50 }, () => Number(random() < 0.4));
    const groups = Int32Array.from({ length: 1000 }, (_, row) => row % 50);
    const labels = Uint8Array.from(groups, (learner) => outcomes[learner]);
    const answers = new Float64Array(1000).fill(0.45);
    const width = (table: ReturnType<typeof reliabilityTable>) => table[4].high - table[4].low;
    const byRow = width(reliabilityTable(answers, labels));
    const byLearner = width(reliabilityTable(answers, labels, { bootstrap: { seed: 1, groups } }));
    // Twenty rows a learner say what one says: √20 = 4.5 times as wide.
    expect(byLearner / byRow).toBeGreaterThan(3.8);
    expect(byLearner / byRow).toBeLessThan(5.2);
  });

  it('counts learners, not redraws, where all rows say the same', () => {
    const groups = Int32Array.from({ length: 60 }, (_, row) => row % 6);
    const [bin] = reliabilityTable(new Float64Array(60).fill(0.05), new Uint8Array(60), {
      bootstrap: { seed: 1, groups },
    });
    expect(bin).toMatchObject({ happened: 0, low: 0, high: wilsonInterval(0, 6).high });
  });
});

describe('calibrationErrorOnRows', () => {
  it('is the same measure, ready for the bootstrap', () => {
    const random = seededRandom(2);
    const answers = Float64Array.from({ length: 500 }, random);
    const labels = Uint8Array.from(answers, (answer) => Number(random() < answer ** 2));
    const { value, low, high } = bootstrapInterval(500, calibrationErrorOnRows(answers, labels), { seed: 1 });
    expect(value).toBeCloseTo(expectedCalibrationError(answers, labels), 12);
    // ∫ (p − p²) dp = 1/6
    expect(low).toBeLessThan(1 / 6);
    expect(high).toBeGreaterThan(1 / 6);
  });
});
