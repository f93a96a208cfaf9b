import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../core/random.ts';
import {
  classesTogether,
  compareGaps,
  type FairnessData,
  type FairnessGroup,
  type FairnessReport,
  fairnessReport,
  wilsonInterval,
} from './index.ts';

interface Row {
  readonly group: string;
  readonly learner: number;
  readonly label: number;
  readonly answer: number;
}

function dataOf(rows: readonly Row[], threshold = 0.5): FairnessData {
  return {
    answers: Float64Array.from(rows, ({ answer }) => answer),
    labels: Uint8Array.from(rows, ({ label }) => label),
    groups: rows.map(({ group }) => group),
    learners: Int32Array.from(rows, ({ learner }) => learner),
    threshold,
  };
}

/** So many learners with one row each. */
function some(group: string, count: number, label: number, answer: number, first: number): Row[] {
  return Array.from({ length: count }, (_, i) => ({ group, learner: first + i, label, answer }));
}

function shown(report: FairnessReport, name: string): Extract<FairnessGroup, { suppressed: false }> {
  const group = report.groups.find(({ group }) => group === name);
  if (!group || group.suppressed) throw new Error(`${name}: expected numbers, got ${JSON.stringify(group)}`);
  return group;
}

/** Hits, misses, false alarms and quiet negatives of two groups. */
const byHand = [
  ...some('a', 12, 1, 0.8, 0),
  ...some('a', 8, 1, 0.3, 100),
  ...some('a', 10, 0, 0.6, 200),
  ...some('a', 30, 0, 0.1, 300),
  ...some('b', 18, 1, 0.8, 400),
  ...some('b', 2, 1, 0.3, 500),
  ...some('b', 4, 0, 0.6, 600),
  ...some('b', 16, 0, 0.1, 700),
];

describe('fairnessReport', () => {
  const report = fairnessReport({ ...dataOf(byHand), seed: 1 });

  it('counts as one does by hand', () => {
    const { rows, learners, measures } = shown(report, 'a');
    expect([rows, learners]).toEqual([60, 60]);
    expect(measures.baseRate?.value).toBeCloseTo(20 / 60, 12);
    expect(measures.flaggedShare?.value).toBeCloseTo(22 / 60, 12);
    expect(measures.truePositiveRate?.value).toBeCloseTo(12 / 20, 12);
    expect(measures.falseAlarmRate?.value).toBeCloseTo(10 / 40, 12);
    expect(measures.precision?.value).toBeCloseTo(12 / 22, 12);
    const said = (12 * 0.8 + 8 * 0.3 + 10 * 0.6 + 30 * 0.1) / 60;
    expect(measures.said?.value).toBeCloseTo(said, 12);
    expect(measures.calibration?.value).toBeCloseTo(said - 20 / 60, 12);
    // Of 20 · 40 pairs: 12 · 40 won by the sure positives, 8 · 30 by the others.
    expect(measures.auc?.value).toBeCloseTo((12 * 40 + 8 * 30) / 800, 12);
  });

  it('names the widest gaps and what they break', () => {
    expect(report.gaps.truePositiveRate).toMatchObject({ highest: 'b', lowest: 'a' });
    expect(report.criteria.equalOpportunity?.difference.value).toBeCloseTo(0.9 - 0.6, 12);
    expect(report.criteria.equalisedOdds?.measure).toBe('truePositiveRate');
    expect(report.criteria.demographicParity?.difference.value).toBeCloseTo(22 / 40 - 22 / 60, 12);
    expect(report.criteria.impactRatio).toBeCloseTo(40 / 60, 12);
    expect(report.criteria.calibrationWithinGroups?.group).toBe('b');
  });

  it('flags an answer that is the threshold itself', () => {
    const measures = shown(fairnessReport({ ...dataOf(byHand, 0.6), seed: 1 }), 'a').measures;
    expect(measures.flaggedShare?.value).toBeCloseTo(22 / 60, 12);
  });

  it('draws intervals about as wide as the theory of a share says', () => {
    const interval = shown(report, 'a').measures.flaggedShare;
    const theory = 2 * 1.96 * Math.sqrt(((22 / 60) * (38 / 60)) / 60);
    expect((interval?.high ?? NaN) - (interval?.low ?? NaN)).toBeGreaterThan(0.85 * theory);
    expect((interval?.high ?? NaN) - (interval?.low ?? NaN)).toBeLessThan(1.15 * theory);
  });

  it('knows that rows of one learner are no independent evidence', () => {
    const thrice = dataOf([...byHand, ...byHand, ...byHand]);
    const repeated = fairnessReport({ ...thrice, seed: 1 });
    const width = (from: FairnessReport) => {
      const interval = shown(from, 'a').measures.truePositiveRate;
      return (interval?.high ?? NaN) - (interval?.low ?? NaN);
    };
    expect(shown(repeated, 'a')).toMatchObject({ rows: 180, learners: 60 });
    expect(width(repeated)).toBeCloseTo(width(report), 12);
  });

  it('is not sure of a rate because it is 0 or 1', () => {
    const rows = [...some('a', 10, 1, 0.9, 0), ...some('a', 10, 0, 0.1, 50), ...byHand.slice(60)];
    const sure = fairnessReport({ ...dataOf(rows), seed: 1 });
    const { truePositiveRate, falseAlarmRate } = shown(sure, 'a').measures;
    expect(truePositiveRate).toEqual(wilsonInterval(10, 10));
    expect(falseAlarmRate).toEqual(wilsonInterval(0, 10));
    expect(sure.gaps.truePositiveRate?.difference.low).toBeLessThan(0);
  });

  it('says null where there is nothing to count', () => {
    const quiet = fairnessReport({ ...dataOf(byHand, 0.99), seed: 1 });
    expect(shown(quiet, 'a').measures.precision).toBeNull();
    expect(quiet.gaps.precision).toBeNull();
    expect(quiet.criteria.impactRatio).toBeNull();
  });

  it('refuses a learner in two groups', () => {
    const rows = [...byHand, { group: 'b', learner: 0, label: 1, answer: 0.4 }];
    expect(() => fairnessReport({ ...dataOf(rows), seed: 1 })).toThrow(
      `groups[100]: expected "a" as in the learner's other rows, got "b"`,
    );
  });
});

describe('suppression', () => {
  const reasons = (rows: readonly Row[]) =>
    Object.fromEntries(
      fairnessReport({ ...dataOf(rows), seed: 1, draws: 20 }).groups.map((group) => [
        group.group,
        group.suppressed ? group.reason : 'shown',
      ]),
    );
  const large = (group: string, each: number, first: number) => [
    ...some(group, each, 1, 0.7, first),
    ...some(group, each, 0, 0.4, first + each),
  ];

  it('says why', () => {
    const rows = [
      ...large('a', 50, 0),
      ...large('b', 40, 1000),
      ...large('few', 9, 2000),
      ...some('lucky', 30, 0, 0.2, 3000),
      ...some('lucky', 4, 1, 0.2, 3100),
      ...some('unlucky', 30, 1, 0.2, 4000),
      ...some('unlucky', 4, 0, 0.2, 4100),
    ];
    expect(reasons(rows)).toEqual({
      a: 'shown',
      b: 'shown',
      few: 'few learners',
      lucky: 'few positives',
      unlucky: 'few negatives',
    });
  });

  it('asks for as many as the least, and no more', () => {
    const least = (positives: number, negatives: number) =>
      reasons([...some('a', positives, 1, 0.7, 0), ...some('a', negatives, 0, 0.4, 1000)]).a;
    expect(least(5, 15)).toBe('shown');
    expect(least(15, 5)).toBe('shown');
    expect(least(5, 14)).toBe('few learners');
    expect(least(4, 16)).toBe('few positives');
    expect(least(16, 4)).toBe('few negatives');
  });

  it('hides a second group when one alone could be subtracted from the total', () => {
    const rows = [...large('a', 50, 0), ...large('b', 40, 1000), ...large('few', 5, 2000)];
    expect(reasons(rows)).toEqual({ a: 'shown', b: 'protects another', few: 'few learners' });
    expect(reasons([...large('a', 50, 0), ...large('few', 5, 2000)])).toEqual({
      a: 'protects another',
      few: 'few learners',
    });
  });

  it('hides a further group when those hidden are too few even together', () => {
    const rows = [
      ...large('a', 50, 0),
      ...large('b', 40, 1000),
      ...large('few', 3, 2000),
      ...large('fewer', 2, 3000),
    ];
    expect(reasons(rows)).toEqual({
      a: 'shown',
      b: 'protects another',
      few: 'few learners',
      fewer: 'few learners',
    });
  });

  /** Rows of four groups, some of them small. */
  function town(seed: number): Row[] {
    const random = seededRandom(seed);
    const sizes = { a: 60, b: 40, c: Math.floor(random() * 40), d: Math.floor(random() * 25) };
    let learner = 0;
    return Object.entries(sizes).flatMap(([group, size]) =>
      Array.from({ length: size }, () => {
        learner++;
        const label = Number(random() < 0.4);
        return { group, learner, label, answer: 1 / (1 + Math.exp(1 - 2 * label - normal(random))) };
      }),
    );
  }

  it('never lets a number depend on a suppressed row', () => {
    let changed = 0;
    const law = fc.property(fc.integer(), (seed) => {
      const rows = town(seed);
      const report = fairnessReport({ ...dataOf(rows), seed: 1, draws: 20 });
      const hidden = new Set(report.groups.filter(({ suppressed }) => suppressed).map(({ group }) => group));
      // The same outcomes, so that the same groups are hidden for the same reasons; all answers turned around.
      const turned = rows.map((row) => (hidden.has(row.group) ? { ...row, answer: 1 - row.answer } : row));
      changed += hidden.size;
      const after = fairnessReport({ ...dataOf(turned), seed: 1, draws: 20 });
      expect(JSON.stringify(after)).toBe(JSON.stringify(report));
      for (const group of report.groups) {
        if (group.suppressed) expect(Object.keys(group).sort()).toEqual(['group', 'reason', 'suppressed']);
      }
      const ofHidden = rows.filter(({ group }) => hidden.has(group));
      expect(hidden.size === 0 || (hidden.size > 1 && ofHidden.length >= 20)).toBe(true);
    });
    fc.assert(law, { numRuns: 40 });
    expect(changed).toBeGreaterThan(10);
  });

  it('knows groups by their rows, not their names', () => {
    const names: Record<string, string> = { a: 'd', b: 'c', c: 'b', d: 'a' };
    const law = fc.property(fc.integer(), (seed) => {
      const rows = town(seed);
      const report = fairnessReport({ ...dataOf(rows), seed: 1, draws: 20 });
      const renamed = rows.map((row) => ({ ...row, group: names[row.group] }));
      const after = fairnessReport({ ...dataOf(renamed), seed: 1, draws: 20 });
      for (const group of report.groups) {
        const twin = after.groups.find((other) => other.group === names[group.group]);
        expect(twin).toEqual({ ...group, group: names[group.group] });
      }
      for (const gap of Object.values(report.gaps)) {
        if (!gap) continue;
        expect(after.gaps[gap.measure]).toEqual({
          ...gap,
          highest: names[gap.highest],
          lowest: names[gap.lowest],
        });
      }
    });
    fc.assert(law, { numRuns: 20 });
  });
});

describe('compareGaps', () => {
  /** Two groups alike; `unfair` shifts the answers of b's positives down. */
  function models(unfair: number) {
    const random = seededRandom(5);
    const rows: Row[] = Array.from({ length: 800 }, (_, learner) => {
      const label = Number(random() < 0.4);
      const answer = 1 / (1 + Math.exp(1 - 2.5 * label - normal(random)));
      return { group: learner % 2 === 0 ? 'a' : 'b', learner, label, answer };
    });
    const { answers, ...rest } = dataOf(rows);
    const fresh = answers.map((answer, i) =>
      rows[i].group === 'b' && rows[i].label === 1 ? Math.max(0, answer - unfair) : answer,
    );
    const { threshold, ...shared } = rest;
    return { ...shared, fresh: { answers: fresh, threshold }, champion: { answers, threshold } };
  }
  const verdicts = (unfair: number, bound: number) =>
    Object.fromEntries(
      compareGaps({ ...models(unfair), bound, seed: 1 }).map(({ measure, verdict }) => [measure, verdict]),
    );

  it('finds the gap a fresh model opens, in the measures it touches', () => {
    expect(verdicts(0.3, 0.02)).toMatchObject({
      truePositiveRate: 'wider',
      calibration: 'wider',
      falseAlarmRate: 'not wider',
    });
    const change = compareGaps({ ...models(0.3), bound: 0.02, seed: 1 }).find(
      ({ measure }) => measure === 'truePositiveRate',
    );
    expect(change?.fresh).toMatchObject({ highest: 'a', lowest: 'b' });
    expect(change?.widening.low).toBeGreaterThan(0);
  });

  it('stays silent within the bound, and about a model that is the same', () => {
    expect(verdicts(0.3, 0.9)).toMatchObject({ truePositiveRate: 'not wider' });
    for (const { widening, verdict } of compareGaps({ ...models(0), bound: 0, seed: 1 })) {
      expect(widening).toEqual({ value: 0, low: 0, high: 0 });
      expect(verdict).toBe('not wider');
    }
  });

  it('pairs: the interval is narrower than that of two gaps measured apart', () => {
    const change = compareGaps({ ...models(0.02), bound: 0, seed: 1 }).find(
      ({ measure }) => measure === 'truePositiveRate',
    );
    if (!change) throw new Error('expected a true positive rate');
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    expect(width(change.widening)).toBeLessThan(
      0.7 * Math.hypot(width(change.fresh.difference), width(change.champion.difference)),
    );
  });

  it('leaves groups out that are too small', () => {
    const { groups, ...rest } = models(0.3);
    const single = groups.map((group, i) => (i < 780 ? 'a' : group));
    expect(compareGaps({ ...rest, groups: single, bound: 0, seed: 1 })).toEqual([]);
  });
});

describe('classesTogether', () => {
  it('asks one class against the rest, or a level and above', () => {
    const probabilities = Float64Array.of(0.2, 0.3, 0.5, 0.7, 0.2, 0.1);
    const one = classesTogether(probabilities, [2, 0], 3, [1]);
    expect([[...one.answers], Array.from(one.labels)]).toEqual([
      [0.3, 0.2],
      [0, 0],
    ]);
    const above = classesTogether(probabilities, [2, 0], 3, [1, 2]);
    expect(above.answers[0]).toBeCloseTo(0.8, 12);
    expect(Array.from(above.labels)).toEqual([1, 0]);
    expect(() => classesTogether(probabilities, [2, 0], 3, [3])).toThrow('expected 0 to 2, got 3');
  });
});
