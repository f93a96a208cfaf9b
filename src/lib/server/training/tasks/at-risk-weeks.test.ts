import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import { buildHistory } from '#lib/domain/features/index.ts';
import { inputName } from '#lib/i18n/model-inputs.ts';
import {
  eventsAfter,
  weekColumns,
  weekCounts,
  weekOfColumn,
  weeksRead,
  weekStart,
  weekValues,
} from './at-risk-weeks.ts';

const nothing = {
  learnerId: 1,
  classId: 1,
  kind: 'submit',
  count: 1,
  quantity: 3,
  seconds: 120,
  scoreSum: 0,
  scoreCount: 0,
  dueCount: 0,
  lateCount: 0,
  leadDaysSum: 0,
  slots: 0,
} as const satisfies Omit<DailyRollup, 'day'>;

const historyOf = (rollups: readonly DailyRollup[], before: number) =>
  buildHistory(rollups, { from: 0, before, joinedOn: 0 });
const read = (values: Float64Array, name: string) => values[weekColumns.indexOf(name)];

describe('weekValues', () => {
  const rollups: DailyRollup[] = [
    { ...nothing, day: 99, count: 2, lateCount: 1 },
    { ...nothing, day: 93, kind: 'grade', scoreSum: 150, scoreCount: 2 },
    { ...nothing, day: 92, count: 5 },
    { ...nothing, day: 100, count: 50 },
  ];
  const values = weekValues(historyOf(rollups, 120), { startsOn: 79, joinedOn: 70 }, 100);

  it('counts the weeks back from the day it is asked about', () => {
    expect(read(values, 'week-01-events')).toBe(2);
    expect(read(values, 'week-01-hand-ins')).toBe(2);
    expect(read(values, 'week-01-late')).toBe(1);
    expect(read(values, 'week-01-minutes')).toBe(2);
    expect(read(values, 'week-01-marks')).toBe(2);
    expect(read(values, 'week-01-mean-mark')).toBe(75);
    expect(read(values, 'week-02-events')).toBe(5);
    expect(read(values, 'week-02-mean-mark')).toBeNaN();
    expect(weekStart(100, 1)).toBe(93);
  });

  it('knows the weeks since the learner joined, a fortnight before the class at most', () => {
    // From day 70: thirty days are five weeks, the first of them begun before.
    expect(read(values, 'weeks-known')).toBe(5);
    expect(read(values, 'week-05-events')).toBe(0);
    expect(read(values, 'week-06-events')).toBeNaN();
    const late = weekValues(historyOf(rollups, 120), { startsOn: 79, joinedOn: 90 }, 100);
    expect(read(late, 'weeks-known')).toBe(2);
    const early = weekValues(historyOf(rollups, 120), { startsOn: 79, joinedOn: 0 }, 100);
    expect(read(early, 'weeks-known')).toBe(5);
  });

  it('reads at most as many weeks as the network, and one on the first day', () => {
    const span = { startsOn: 0, joinedOn: 0 };
    expect(read(weekValues(historyOf([], 500), span, 500), 'weeks-known')).toBe(weeksRead);
    expect(read(weekValues(historyOf([], 500), span, 0), 'weeks-known')).toBe(1);
  });

  it('looks at no day from the one it is asked about on', () => {
    const day = fc.record({ day: fc.integer({ min: 0, max: 199 }), count: fc.integer({ min: 1, max: 9 }) });
    const law = fc.property(
      fc.array(day),
      fc.array(day),
      fc.integer({ min: 30, max: 150 }),
      (past, other, before) => {
        const rows = past.map((one) => ({ ...nothing, ...one }));
        const changed = [
          ...rows.filter((one) => one.day < before),
          ...other.map((one) => ({ ...nothing, ...one })).filter((one) => one.day >= before),
        ];
        const span = { startsOn: 20, joinedOn: 5 };
        expect(weekValues(historyOf(changed, 200), span, before)).toEqual(
          weekValues(historyOf(rows, 200), span, before),
        );
      },
    );
    fc.assert(law);
  });
});

it('tells what comes next apart', () => {
  const history = historyOf(
    [
      { ...nothing, day: 100, count: 4 },
      { ...nothing, day: 107, count: 9 },
    ],
    120,
  );
  expect(eventsAfter(history, 100)).toBe(4);
  expect(eventsAfter(history, 114)).toBeNaN();
});

it('names its columns by week', () => {
  expect(weekOfColumn('week-11-active-days')).toBe(11);
  expect(weekOfColumn('weeks-known')).toBeNull();
  expect(weekOfColumn('events-28')).toBeNull();
  expect(weekColumns.length).toBe(1 + weeksRead * weekCounts.length);
});

it('has words for everything that it reads', () => {
  for (const locale of ['it', 'en'] as const)
    expect(weekColumns.filter((column) => inputName(column, locale) === null)).toEqual([]);
});
