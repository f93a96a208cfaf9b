import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeModel, encodeModel } from '../core/codec.ts';
import { normal, type Random, seededRandom } from '../core/random.ts';
import { coverageNow, observeCoverage, startAdaptiveCoverage } from './adaptive-coverage.ts';
import {
  bothClasses,
  conformalQuantile,
  conformalSet,
  coverageReport,
  fitConformalSets,
  fitRiskSets,
  riskVerdict,
  type SetScore,
} from './conformal.ts';
import { conformalInterval, fitConformalIntervals } from './conformal-intervals.ts';

const scores: SetScore[] = [
  { kind: 'probability' },
  { kind: 'cumulative' },
  { kind: 'regularised', penalty: 0.1, freeRanks: 1 },
];

describe('conformalQuantile', () => {
  it('takes the ⌈(n + 1) · coverage⌉-th smallest score', () => {
    expect(conformalQuantile([5, 1, 4, 2, 3, 9, 8, 7, 6], 0.9)).toBe(9);
    expect(conformalQuantile([5, 1, 4, 2, 3, 9, 8, 7, 6], 0.8)).toBe(8);
    expect(conformalQuantile([5, 1, 4, 2, 3, 9, 8, 7, 6], 0.81)).toBe(9);
    // 100 · 0.07 is a rounding above 7.
    expect(
      conformalQuantile(
        Float64Array.from({ length: 99 }, (_, i) => i + 1),
        0.07,
      ),
    ).toBe(7);
  });

  it('is everything when the rank is beyond the scores, nothing at 0', () => {
    expect(conformalQuantile([1, 2, 3, 4, 5, 6, 7, 8], 0.9)).toBe(Infinity);
    expect(conformalQuantile([], 0.5)).toBe(Infinity);
    expect(conformalQuantile([1, 2], 1)).toBe(Infinity);
    expect(conformalQuantile([1, 2], 0)).toBe(-Infinity);
    expect(() => conformalQuantile([1], 1.1)).toThrow('coverage: expected 0 to 1, got 1.1');
  });

  it('covers a fresh score as often as promised, where the naive quantile does not', () => {
    const random = seededRandom(1);
    let [covered, naive] = [0, 0];
    for (let trial = 0; trial < 10_000; trial++) {
      const past = Float64Array.from({ length: 50 }, random);
      const fresh = random();
      covered += Number(fresh <= conformalQuantile(past, 0.9));
      naive += Number(fresh <= past.sort()[44]);
    }
    // 46 of 51 by symmetry; one standard error of 10,000 trials is .003.
    expect(Math.abs(covered / 10_000 - 46 / 51)).toBeLessThan(0.01);
    expect(naive / 10_000).toBeLessThan(0.89);
  });
});

/** One row in `oneIn` is of class 1, which the model tells apart by `separation` standard deviations of its logit. */
function imbalanced(rows: number, oneIn: number, separation: number, random: Random) {
  const labels = new Uint8Array(rows);
  const answers = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    labels[i] = Number(random() * oneIn < 1);
    answers[i] = 1 / (1 + Math.exp(2 - separation * labels[i] - normal(random)));
  }
  return { labels, probabilities: bothClasses(answers) };
}

describe('conformal sets', () => {
  it('promise 90 % over all rows: the rare class pays unless each class has its threshold', () => {
    const random = seededRandom(2);
    const past = imbalanced(4000, 10, 0.5, random);
    const fresh = imbalanced(10_000, 10, 0.5, random);
    const report = (byClass: boolean) => {
      const model = fitConformalSets(past.probabilities, past.labels, 2, { coverage: 0.9, byClass });
      return coverageReport(model, fresh.probabilities, fresh.labels);
    };
    const marginal = report(false);
    expect(marginal.covered.value).toBeCloseTo(0.9, 1);
    expect(marginal.byClass[0].covered.value).toBeGreaterThan(0.98);
    expect(marginal.byClass[1].covered.value).toBeLessThan(0.2);
    const byClass = report(true);
    for (const { covered } of byClass.byClass) expect(Math.abs(covered.value - 0.9)).toBeLessThan(0.03);
  });

  it('keep the promise within every class over many calibrations, whatever the score', () => {
    for (const score of scores) {
      const hits = [0, 0, 0];
      const rows = [0, 0, 0];
      for (let seed = 0; seed < 60; seed++) {
        const random = seededRandom(seed);
        const past = threeClasses(150, random);
        const fresh = threeClasses(100, random);
        const model = fitConformalSets(past.probabilities, past.labels, 3, { coverage: 0.9, score });
        coverageReport(model, fresh.probabilities, fresh.labels).byClass.forEach(
          ({ rows: n, covered }, c) => {
            rows[c] += n;
            hits[c] += n === 0 ? 0 : Math.round(covered.value * n);
          },
        );
      }
      // The promise is "at least"; about 2000 rows a class, in 60 calibrations, scatter by .012.
      hits.forEach((count, c) => expect(count / rows[c]).toBeGreaterThan(0.88));
    }
  });

  it('grow with the coverage, row by row', () => {
    const coverage = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    const law = fc.property(
      fc.integer(),
      coverage,
      coverage,
      fc.constantFrom(...scores),
      (seed, a, b, score) => {
        const { probabilities, labels } = threeClasses(40, seededRandom(seed));
        const [narrow, wide] = [Math.min(a, b), Math.max(a, b)].map((share) =>
          fitConformalSets(probabilities, labels, 3, { coverage: share, score }),
        );
        for (let row = 0; row < 40; row++) {
          const own = probabilities.subarray(3 * row, 3 * row + 3);
          const wider = conformalSet(wide, own);
          expect(conformalSet(narrow, own).every((c) => wider.includes(c))).toBe(true);
        }
      },
    );
    fc.assert(law, { numRuns: 60 });
  });

  it('hold every class that calibration saw too seldom', () => {
    const model = fitConformalSets(Float64Array.of(0.9, 0.1, 0.8, 0.2), [0, 0], 2, { coverage: 0.9 });
    expect(conformalSet(model, Float64Array.of(1, 0))).toEqual([0, 1]);
    expect([...model.rows]).toEqual([2, 0]);
  });

  it('score by rank and mass as by hand', () => {
    const row = Float64Array.of(0.5, 0.2, 0.3);
    const threshold = (score: SetScore, label: number) =>
      fitConformalSets(row, [label], 3, { coverage: 0.5, byClass: false, score }).thresholds[0];
    const cumulative = [0, 1, 2].map((label) => threshold({ kind: 'cumulative' }, label));
    [0.5, 1, 0.8].forEach((expected, c) => expect(cumulative[c]).toBeCloseTo(expected, 12));
    const regularised = { kind: 'regularised', penalty: 0.1, freeRanks: 1 } as const;
    const shorter = [0, 1, 2].map((label) => threshold(regularised, label));
    [0.5, 1.2, 0.9].forEach((expected, c) => expect(shorter[c]).toBeCloseTo(expected, 12));
  });

  it('survive the codec', () => {
    const { probabilities, labels } = threeClasses(30, seededRandom(3));
    for (const score of scores) {
      const model = fitConformalSets(probabilities, labels, 3, { coverage: 0.9, score });
      expect(decodeModel(encodeModel({ ...model, score: { ...score } }))).toEqual(model);
    }
  });

  it('count what they kept by hand', () => {
    const model = fitConformalSets(Float64Array.of(0.9, 0.1, 0.6, 0.4, 0.3, 0.7), [0, 0, 1], 2, {
      coverage: 0.5,
    });
    // Class 0: ⌈3 · .5⌉ = 2nd of {.1, .4}; class 1: ⌈2 · .5⌉ = 1st of {.3}.
    expect(model.thresholds[0]).toBeCloseTo(0.4, 12);
    expect(model.thresholds[1]).toBeCloseTo(0.3, 12);
    const report = coverageReport(
      model,
      Float64Array.of(0.7, 0.3, 0.5, 0.5, 0.2, 0.8, 0.9, 0.1),
      [0, 0, 1, 1],
    );
    expect(report.covered.value).toBe(0.5);
    expect(report.byClass.map(({ covered }) => covered.value)).toEqual([0.5, 0.5]);
    expect([...report.sizes]).toEqual([1, 3, 0]);
    expect(report.meanSize).toBe(0.75);
  });
});

function threeClasses(rows: number, random: Random) {
  const probabilities = new Float64Array(rows * 3);
  const labels = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    labels[i] = Math.min(2, Math.floor(random() * 3));
    const weights = [0, 1, 2].map((c) => Math.exp(normal(random) + (c === labels[i] ? 1 : 0)));
    const sum = weights.reduce((total, weight) => total + weight);
    weights.forEach((weight, c) => (probabilities[3 * i + c] = weight / sum));
  }
  return { probabilities, labels };
}

describe('riskVerdict', () => {
  const modelAt = (separation: number) => {
    const { labels, probabilities } = imbalanced(2000, 3, separation, seededRandom(4));
    const answers = probabilities.filter((_, i) => i % 2 === 1);
    return fitRiskSets(answers, labels, { coverage: 0.9 });
  };
  const verdicts = (separation: number, answers: readonly number[]) => {
    const model = modelAt(separation);
    return answers.map((answer) => riskVerdict(model, answer));
  };

  it('says low, high, or that it cannot tell', () => {
    // 90 % of class 0 lie below a logit of −2 + 1.28, 90 % of class 1 above 2 − 2 − 1.28: .22 to .33 may be either.
    expect(verdicts(2, [0.01, 0.25, 0.3, 0.9])).toEqual(['low', 'cannot tell', 'cannot tell', 'high']);
    expect(() => riskVerdict(modelAt(2), 1.5)).toThrow('expected 0 to 1');
  });

  it('cannot tell what is like neither', () => {
    expect(verdicts(4, [0.1, 0.5, 0.9])).toEqual(['low', 'cannot tell', 'high']);
    expect(conformalSet(modelAt(4), Float64Array.of(0.5, 0.5))).toEqual([]);
  });
});

describe('conformal intervals', () => {
  /** y = x + noise, the noise growing with x; one in three rows of a noisier kind. */
  function noisy(rows: number, random: Random) {
    const x = Float64Array.from({ length: rows }, random);
    const groups = Array.from(x, () => (random() < 1 / 3 ? 'wild' : 'tame'));
    const spread = x.map((value) => 0.1 + value);
    const truth = x.map((value, i) => value + spread[i] * (groups[i] === 'wild' ? 3 : 1) * normal(random));
    return { x, groups, spread, truth };
  }

  const forms = {
    residual: ({ x }: ReturnType<typeof noisy>) => ({ low: x, high: x }),
    normalised: ({ x, spread }: ReturnType<typeof noisy>) => ({ low: x, high: x, spread }),
    quantile: ({ x, spread }: ReturnType<typeof noisy>) => ({
      low: x.map((value, i) => value - 3 * spread[i]),
      high: x.map((value, i) => value + 3 * spread[i]),
    }),
    byGroup: ({ x, groups }: ReturnType<typeof noisy>) => ({ low: x, high: x, groups }),
  };

  for (const [name, form] of Object.entries(forms)) {
    it(`cover 90 % of fresh rows: ${name}`, () => {
      const covered = { tame: 0, wild: 0 };
      const rows = { tame: 0, wild: 0 };
      for (let seed = 0; seed < 80; seed++) {
        const random = seededRandom(seed);
        const past = noisy(120, random);
        const model = fitConformalIntervals(form(past), past.truth, { coverage: 0.9 });
        const fresh = noisy(60, random);
        const bands = { groups: undefined, spread: undefined, ...form(fresh) };
        fresh.truth.forEach((y, i) => {
          const group = fresh.groups[i] as 'tame' | 'wild';
          const band = {
            low: bands.low[i],
            high: bands.high[i],
            spread: bands.spread?.[i],
            group: bands.groups?.[i],
          };
          const [low, high] = conformalInterval(model, band);
          rows[group]++;
          covered[group] += Number(y >= low && y <= high);
        });
      }
      const share = (covered.tame + covered.wild) / 4800;
      expect(share).toBeGreaterThan(0.885);
      expect(share).toBeLessThan(0.93);
      // Only a margin of its own keeps the promise to the noisier third.
      if (name === 'byGroup') expect(covered.wild / rows.wild).toBeGreaterThan(0.885);
      else expect(covered.wild / rows.wild).toBeLessThan(0.85);
    });
  }

  it('move quantile bands inwards when they were too wide, and meet rather than cross', () => {
    const truth = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    const bands = { low: truth.map((y) => y - 5), high: truth.map((y) => y + 5) };
    const model = fitConformalIntervals(bands, truth, { coverage: 0.9 });
    expect([...model.margins]).toEqual([-5]);
    expect(conformalInterval(model, { low: 0, high: 12 })).toEqual([5, 7]);
    expect(conformalInterval(model, { low: 0, high: 4 })).toEqual([2, 2]);
  });

  it('are everything for a group that was never seen, and refuse what is no band', () => {
    const x = Float64Array.of(1, 2, 3);
    const model = fitConformalIntervals({ low: x, high: x, groups: ['a', 'a', 'a'] }, x, { coverage: 0.5 });
    expect(conformalInterval(model, { low: 1, high: 1, group: 'b' })).toEqual([-Infinity, Infinity]);
    expect(conformalInterval(model, { low: 1, high: 1, group: 'a' })).toEqual([1, 1]);
    expect(() =>
      fitConformalIntervals({ low: x, high: x, spread: new Float64Array(3) }, x, { coverage: 0.5 }),
    ).toThrow('spread[0]: expected a positive number, got 0');
  });
});

describe('adaptive coverage', () => {
  it('keeps the share of misses near the target whatever comes', () => {
    const law = fc.property(
      fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 200, maxLength: 300 }),
      fc.double({ min: 0.05, max: 0.5, noNaN: true }),
      (stream, step) => {
        const start = startAdaptiveCoverage(0.9, step);
        let [state, misses] = [start, 0];
        stream.forEach((score, t) => {
          const isCovered =
            score <= conformalQuantile(stream.slice(Math.max(0, t - 20), t), coverageNow(state));
          misses += Number(!isCovered);
          state = observeCoverage(state, isCovered);
        });
        const bound = (Math.max(start.miss, 1 - start.miss) + step) / (step * stream.length);
        expect(Math.abs(misses / stream.length - 0.1)).toBeLessThanOrEqual(bound + 1e-9);
      },
    );
    fc.assert(law, { numRuns: 60 });
  });

  it('follows a drift that a fixed margin misses', () => {
    const random = seededRandom(5);
    const past = Float64Array.from({ length: 200 }, () => Math.abs(normal(random)));
    const fixed = conformalQuantile(past, 0.9);
    let [state, misses, fixedMisses] = [startAdaptiveCoverage(0.9, 0.02), 0, 0];
    for (let t = 0; t < 2000; t++) {
      const score = Math.abs(normal(random)) * (1 + t / 2000);
      const isCovered = score <= conformalQuantile(past, coverageNow(state));
      misses += Number(!isCovered);
      fixedMisses += Number(score > fixed);
      state = observeCoverage(state, isCovered);
    }
    expect(fixedMisses / 2000).toBeGreaterThan(0.2);
    expect(misses / 2000).toBeLessThan(0.12);
    expect(misses / 2000).toBeGreaterThan(0.08);
  });
});
