import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildHistory,
  featureCatalogue,
  measure,
  measureAll,
  type MeasureInfo,
  measures,
} from '#lib/domain/features/index.ts';
import {
  anyDay,
  anyLearner,
  anyRollup,
  contextBefore,
  type DrawnLearner,
  drawnDays,
  drawnFrom,
  historyBefore,
  merged,
} from './draw-learner.ts';
import { naiveMeasure } from './naive-measures.ts';

const end = drawnFrom + drawnDays;
const ids = measures.map(({ id }) => id);

function anyWindow({ windows }: MeasureInfo): fc.Arbitrary<number | null> {
  if (windows === null) return fc.constant(null);
  const days = fc.integer({ min: windows.shortest, max: 130 });
  return windows.takesWholePast ? fc.option(days, { freq: 8 }) : days;
}

describe('every measure, held against the plain computation from the rollups', () => {
  test.each(measures.map((info) => [info.id, info] as const))('%s', (id, info) => {
    let measured = 0;
    fc.assert(
      fc.property(anyLearner, anyWindow(info), anyDay, (drawn, window, before) => {
        const value = measure(id, window, historyBefore(drawn, end), contextBefore(drawn, end), before);
        const expected = naiveMeasure(id, window, drawn, before);
        if (!Number.isNaN(expected)) measured++;
        if (Number.isNaN(expected)) expect(value).toBeNaN();
        else expect(value).toBeCloseTo(expected, 9);
      }),
      { numRuns: 150 },
    );
    expect(measured).toBeGreaterThan(5);
  });
});

describe('as of a day', () => {
  /** The same learner, with more happening on or after `before`, in the class as well. */
  const later = (drawn: DrawnLearner, before: number, more: DrawnLearner): DrawnLearner => ({
    ...drawn,
    rollups: merged([...drawn.rollups, ...more.rollups.filter(({ day }) => day >= before)]),
    classDays: [
      ...drawn.classDays.filter(({ day }) => day < before),
      ...more.classDays.filter(({ day }) => day >= before),
    ],
    members: [...drawn.members, ...more.members.filter(({ joinedOn }) => joinedOn >= before)],
  });

  test.each(measures.map((info) => [info.id, info] as const))(
    '%s does not see what comes later',
    (id, info) => {
      fc.assert(
        fc.property(anyLearner, anyLearner, anyWindow(info), anyDay, (drawn, more, window, before) => {
          const then = measure(
            id,
            window,
            historyBefore(drawn, before),
            contextBefore(drawn, before),
            before,
          );
          const changed = later(drawn, before, more);
          const now = measure(id, window, historyBefore(changed, end), contextBefore(changed, end), before);
          expect(now).toBe(then);
        }),
        { numRuns: 80 },
      );
    },
  );

  test('the whole vector as well', () => {
    fc.assert(
      fc.property(anyLearner, anyLearner, anyDay, (drawn, more, before) => {
        const then = measureAll(historyBefore(drawn, before), contextBefore(drawn, before), before);
        const changed = later(drawn, before, more);
        expect(measureAll(historyBefore(changed, end), contextBefore(changed, end), before)).toEqual(then);
      }),
    );
  });
});

test('the vector holds the measures of the catalogue, in its order', () => {
  fc.assert(
    fc.property(anyLearner, anyDay, (drawn, before) => {
      const [history, context] = [historyBefore(drawn, before), contextBefore(drawn, before)];
      const single = featureCatalogue.map((feature) =>
        measure(feature.measure, feature.window, history, context, before),
      );
      expect([...measureAll(history, context, before)]).toEqual(single);
    }),
    { numRuns: 50 },
  );
});

test('the order of rollups does not matter', () => {
  fc.assert(
    fc.property(anyLearner, fc.func(fc.integer()), (drawn, rank) => {
      const shuffled = { ...drawn, rollups: drawn.rollups.toSorted((a, b) => rank(a) - rank(b)) };
      const context = contextBefore(drawn, end);
      const first = measureAll(historyBefore(drawn, end), context, end);
      expect(measureAll(historyBefore(shuffled, end), context, end)).toEqual(first);
    }),
  );
});

test('rollups merged or kept apart by class give the same sums', () => {
  fc.assert(
    fc.property(fc.array(anyRollup, { minLength: 1, maxLength: 60 }), (rollups) => {
      const span = { from: drawnFrom, before: end, joinedOn: drawnFrom };
      const oneClass = (rows: typeof rollups) => rows.map((row) => ({ ...row, classId: 0 }));
      const context = { ...contextOfNobody };
      const apart = buildHistory(merged(rollups), span);
      const together = buildHistory(merged(oneClass(rollups)), span);
      for (const id of [
        'events',
        'quantity',
        'active-days',
        'sessions',
        'night-share',
        'mean-score',
        'kinds',
      ]) {
        expect(measure(id, null, apart, context, end)).toBe(measure(id, null, together, context, end));
      }
    }),
  );
});

const contextOfNobody = { calendar: contextBefore(emptyLearner(), end).calendar, classHistory: null };

function emptyLearner(): DrawnLearner {
  return {
    joinedOn: drawnFrom,
    rollups: [],
    spans: [],
    classDays: [],
    members: [],
    joinedClassOn: drawnFrom,
  };
}

describe('not measured is NaN, never 0', () => {
  const nobody = buildHistory([], { from: drawnFrom, before: end, joinedOn: drawnFrom });
  // With no activity these are real zeros: nothing was done, and that is known.
  const realZeros = new Set(
    'events quantity active-days school-day-share active-weeks streak longest-streak week-streak steady-week-streak weekly-slope presence-change acceleration hand-ins scores kinds comebacks helps posts group-work practices'.split(
      ' ',
    ),
  );

  test.each(ids)('%s of a learner who did nothing', (id) => {
    const info = measures.find((one) => one.id === id);
    const value = measure(id, info?.windowed ? 28 : null, nobody, contextOfNobody, end);
    if (id === 'days-known') expect(value).toBe(drawnDays);
    else if (id === 'longest-gap')
      expect(value).toBe(19); // 20 school days, the last not over
    else if (realZeros.has(id)) expect(value).toBe(0);
    else expect(value).toBeNaN();
  });

  test.each(ids)('%s before the learner came', (id) => {
    const info = measures.find((one) => one.id === id);
    expect(measure(id, info?.windowed ? 28 : null, nobody, contextOfNobody, drawnFrom)).toBeNaN();
  });
});
