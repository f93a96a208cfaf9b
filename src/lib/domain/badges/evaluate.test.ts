import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Criterion } from './badge.ts';
import { evaluateCriterion, firstCrossing, isMet, type Outcome, type Probe } from './evaluate.ts';
import { criteria, type Sketch, sketches, sketchProbe } from './tests/criteria.ts';

const day = 30;

function verdict(criterion: Criterion, sketch: Sketch): Outcome {
  return evaluateCriterion(criterion, sketchProbe(sketch), day);
}

/** What counts of an outcome when paths differ. */
function essence({ met, progress, missing }: Outcome) {
  return { met, progress, missing: missing.map(({ path: _, ...rest }) => ({ ...rest, missing: undefined })) };
}

const activeDays = (value: number): Criterion => ({
  measure: 'active-days',
  window: 28,
  is: 'at-least',
  value,
});

function probeOf(values: Readonly<Record<string, number>>, held: readonly string[] = []): Probe {
  return { measure: (id) => values[id] ?? NaN, holds: (id) => held.includes(id) };
}

describe('laws', () => {
  test('not (not x) is x', () => {
    fc.assert(
      fc.property(criteria, sketches, (criterion, sketch) => {
        expect(essence(verdict({ not: { not: criterion } }, sketch))).toEqual(
          essence(verdict(criterion, sketch)),
        );
      }),
    );
  });

  test('De Morgan: not all is any not, not any is all not', () => {
    const parts = fc.array(criteria, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(parts, sketches, (of, sketch) => {
        const opposites = of.map((not) => ({ not }));
        expect(essence(verdict({ not: { all: of } }, sketch))).toEqual(
          essence(verdict({ any: opposites }, sketch)),
        );
        expect(essence(verdict({ not: { any: of } }, sketch))).toEqual(
          essence(verdict({ all: opposites }, sketch)),
        );
      }),
    );
  });

  test('at least 1 of is any, at least all of is all', () => {
    const parts = fc.array(criteria, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(parts, sketches, (of, sketch) => {
        expect(essence(verdict({ atLeast: 1, of }, sketch))).toEqual(essence(verdict({ any: of }, sketch)));
        expect(essence(verdict({ atLeast: of.length, of }, sketch))).toEqual(
          essence(verdict({ all: of }, sketch)),
        );
      }),
    );
  });

  test('never met together with its negation', () => {
    fc.assert(
      fc.property(criteria, sketches, (criterion, sketch) => {
        expect(verdict(criterion, sketch).met && verdict({ not: criterion }, sketch).met).toBe(false);
      }),
    );
  });

  test('progress is 1, and nothing missing, exactly when met', () => {
    fc.assert(
      fc.property(criteria, sketches, (criterion, sketch) => {
        const { met, progress, missing } = verdict(criterion, sketch);
        expect(progress === 1).toBe(met);
        expect(missing.length === 0).toBe(met);
        expect(progress).toBeGreaterThanOrEqual(0);
        expect(progress).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('the quick answer agrees with the full one', () => {
    fc.assert(
      fc.property(criteria, sketches, (criterion, sketch) => {
        expect(isMet(criterion, sketchProbe(sketch), day)).toBe(verdict(criterion, sketch).met);
      }),
    );
  });

  test('more of what is asked for never means more missing or less progress', () => {
    const value = fc.double({ min: -50, max: 200, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.double({ min: 0.5, max: 100, noNaN: true }), (a, b, needed) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((actual) =>
          evaluateCriterion(activeDays(needed), probeOf({ 'active-days': actual }), day),
        );
        const gap = ({ missing: [one] }: Outcome) => (one?.kind === 'measure' ? (one.gap ?? Infinity) : 0);
        expect(gap(more)).toBeLessThanOrEqual(gap(less));
        expect(more.progress).toBeGreaterThanOrEqual(less.progress);
      }),
    );
  });
});

describe('what is missing', () => {
  test('says how many more active days', () => {
    const { met, missing, progress } = evaluateCriterion(activeDays(12), probeOf({ 'active-days': 9 }), day);
    expect(met).toBe(false);
    expect(progress).toBe(0.75);
    expect(missing).toEqual([
      {
        kind: 'measure',
        path: 'criterion',
        measure: 'active-days',
        window: 28,
        is: 'at-least',
        needed: 12,
        actual: 9,
        gap: 3,
      },
    ]);
  });

  test('of several ways shows the nearest', () => {
    const rule: Criterion = {
      any: [activeDays(20), { measure: 'streak', window: null, is: 'at-least', value: 5 }],
    };
    const { missing } = evaluateCriterion(rule, probeOf({ 'active-days': 9, streak: 4 }), day);
    expect(missing).toMatchObject([{ measure: 'streak', gap: 1, path: 'criterion.any[1]' }]);
  });

  test('of at least two parts shows what the two nearest lack', () => {
    const rule: Criterion = {
      atLeast: 2,
      of: [activeDays(40), activeDays(10), activeDays(12), { holds: 'roots' }],
    };
    const { met, missing } = evaluateCriterion(rule, probeOf({ 'active-days': 11 }), day);
    expect(met).toBe(false);
    expect(missing).toMatchObject([{ needed: 12, gap: 1 }]);
  });

  test('what cannot be measured is neither met nor refuted', () => {
    const nothing = probeOf({});
    expect(evaluateCriterion(activeDays(1), nothing, day)).toMatchObject({ met: false, progress: 0 });
    expect(evaluateCriterion({ not: activeDays(1) }, nothing, day)).toMatchObject({
      met: false,
      progress: 0,
    });
  });

  test('a badge that must be held is named', () => {
    const { missing } = evaluateCriterion({ holds: 'roots' }, probeOf({}), day);
    expect(missing).toEqual([{ kind: 'badge', path: 'criterion', badge: 'roots', needed: true }]);
  });
});

describe('sequences', () => {
  const low: Criterion = { measure: 'last-score', window: null, is: 'at-most', value: 50 };
  const high: Criterion = { measure: 'last-score', window: null, is: 'at-least', value: 75 };
  const rise: Criterion = { sequence: [low, high], withinDays: 10 };
  const marks = (byDay: Readonly<Record<number, number>>): Probe => ({
    measure: (_id, _window, before) => byDay[before - 1] ?? 60,
    holds: () => false,
  });

  test('both steps, in order, in time', () => {
    expect(isMet(rise, marks({ 3: 40, 9: 80 }), 10)).toBe(true);
    expect(isMet(rise, marks({ 3: 80, 9: 40 }), 10)).toBe(false);
  });

  test('the first and the last day lie less than withinDays apart', () => {
    expect(isMet(rise, marks({ 3: 40, 12: 80 }), 13)).toBe(true);
    expect(isMet(rise, marks({ 3: 40, 13: 80 }), 14)).toBe(false);
  });

  test('one day serves one step', () => {
    const twice: Criterion = { sequence: [high, high], withinDays: 5 };
    expect(isMet(twice, marks({ 4: 80 }), 5)).toBe(false);
    expect(isMet(twice, marks({ 3: 80, 4: 80 }), 5)).toBe(true);
  });

  test('tells the step that comes next and the day of the one before', () => {
    const { parts, missing, progress } = evaluateCriterion(rise, marks({ 3: 40 }), 6);
    expect(parts[0]).toMatchObject({ kind: 'sequence', steps: [3, null], isMet: false });
    expect(missing).toMatchObject([
      { kind: 'step', step: 2, of: 2, missing: [{ path: 'criterion.sequence[1]', gap: 15 }] },
    ]);
    expect(progress).toBeCloseTo((1 + 60 / 75) / 2, 12);
  });
});

test('the first crossing is the day whose activity met the rule', () => {
  const growing: Probe = { measure: (_id, _window, before) => before - 100, holds: () => false };
  const days = Array.from({ length: 50 }, (_, index) => 100 + index);
  expect(firstCrossing(activeDays(12), growing, days)).toBe(111);
  expect(firstCrossing(activeDays(60), growing, days)).toBeNull();
});
