import { describe, expect, test } from 'vitest';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import { parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Criterion } from '#lib/domain/badges/index.ts';
import { schoolCalendar } from '#lib/domain/features/index.ts';
import {
  type Plan,
  type PlanAnswer,
  planFor,
  planProgress,
  type PlannedWeek,
  type PlanStart,
  weeksFrom,
} from '#lib/domain/plans/index.ts';
import { openTrial } from '#lib/domain/plans/trial.ts';
import {
  boundsOf,
  checkDeeds,
  type CountedDeed,
  deedsDone,
  habitsOf,
  usualDeeds,
} from '#lib/domain/what-if/index.ts';
import { unpackRollups } from '#lib/preview/data.ts';
import { openPreview } from '#lib/preview/open-preview.ts';
import { examplePreview } from '../support/preview-example.ts';

const monday = parseSchoolDay('2026-03-16');
const calendar = schoolCalendar([]);

/** A learner who read something on every second school day of the last four weeks. */
const reading: readonly DailyRollup[] = [2, 4, 6, 10, 12, 16, 18, 20, 24, 26].map((back) => ({
  ...{ learnerId: 1, classId: 1, day: monday - back, kind: 'read', count: 1, quantity: 1, seconds: 0 },
  ...{ scoreSum: 0, scoreCount: 0, dueCount: 0, lateCount: 0, leadDaysSum: 0, slots: 0 },
}));

function startWith(more: Partial<PlanStart> = {}, due: readonly number[] | null = null): PlanStart {
  const joinedOn = monday - 200;
  const habits = habitsOf(reading, calendar, monday, joinedOn);
  return {
    ...{ from: monday, rollups: reading, joinedOn, situation: { calendar, habits, due } },
    ...{ frozen: [], heldOn: new Map(), open: [] },
    ...more,
  };
}

function answerTo(criterion: Criterion, more: Partial<PlanStart> = {}, due: readonly number[] | null = null) {
  return planFor({ id: 'wanted', criterion }, startWith(more, due));
}

const atLeast = (measure: string, window: number | null, value: number): Criterion => ({
  ...{ measure, window, is: 'at-least', value },
});

function planIn(answer: PlanAnswer): Plan {
  if (answer.kind === 'plan') return answer;
  throw new Error(`plan: expected one, got ${JSON.stringify(answer)}`);
}

describe('a plan', () => {
  test('asks for what is missing and nothing else, spread over weeks', () => {
    const { weeks, reachedOn } = planIn(answerTo(atLeast('practices', 91, 12)));
    expect(weeks.flatMap(({ deeds }) => Object.keys(deeds)).every((deed) => deed === 'practices')).toBe(true);
    expect(weeks.reduce((sum, { deeds }) => sum + (deeds.practices ?? 0), 0)).toBe(12);
    expect(reachedOn).toBeLessThan(weeks.at(-1)?.before ?? 0);
  });

  test('hands in no more than is due, in the week it is due', () => {
    const due = [monday + 2, monday + 9, monday + 10];
    const { weeks } = planIn(answerTo(atLeast('hand-ins', 28, 3), {}, due));
    expect(weeks.map(({ deeds }) => deeds)).toEqual([{ 'hand-ins': 1 }, { 'hand-ins': 2 }]);
    expect(answerTo(atLeast('hand-ins', 28, 4), {}, due)).toEqual({ kind: 'none', why: 'needs work' });
  });

  test('waits for what its rule needs first', () => {
    const first = { id: 'first', criterion: atLeast('helps', 91, 2) };
    const both: Criterion = { all: [{ holds: 'first' }, atLeast('posts', 91, 1)] };
    const { weeks } = planIn(answerTo(both, { open: [first] }));
    expect(weeks.reduce((sum, { deeds }) => sum + (deeds.helps ?? 0), 0)).toBe(2);
    expect(answerTo(both, { open: [] })).toEqual({ kind: 'none', why: 'needs a badge' });
    const held = planIn(answerTo(both, { heldOn: new Map([['first', monday - 3]]) }));
    expect(held.weeks.map(({ deeds }) => deeds)).toEqual([{ posts: 1 }]);
  });

  test('is not made of rest: a break for the sake of a comeback is no plan', () => {
    expect(answerTo(atLeast('comebacks', 182, 1))).toEqual({ kind: 'none', why: 'needs a break' });
  });

  test('says why there is none', () => {
    expect(answerTo(atLeast('active-days', 28, 5))).toEqual({ kind: 'met' });
    expect(answerTo(atLeast('days-known', null, 210))).toEqual({ kind: 'by-itself', on: monday + 9 });
    expect(answerTo(atLeast('mean-score', 91, 60))).toEqual({ kind: 'none', why: 'needs marks' });
    expect(answerTo(atLeast('group-work', 91, 1))).toEqual({ kind: 'none', why: 'needs others' });
    expect(answerTo(atLeast('class-activity-ratio', 28, 2))).toEqual({ kind: 'none', why: 'needs others' });
    expect(answerTo(atLeast('active-days', 364, 150))).toEqual({ kind: 'none', why: 'needs time' });
  });
});

/** The weeks the plan was judged on: its own, then empty ones up to its end. */
function judged({ weeks, by }: Plan, from: number): PlannedWeek[] {
  const all = weeksFrom(from, 8).filter((span) => span.before <= by);
  return all.map((span, i) => ({ ...span, deeds: weeks.at(i)?.deeds ?? {} }));
}

function besideUsual(weeks: readonly PlannedWeek[], start: PlanStart): PlannedWeek[] {
  return weeks.map((week) => {
    const usual = usualDeeds(start.situation, week);
    const kinds = Object.keys({ ...usual, ...week.deeds }) as CountedDeed[];
    const deeds = kinds.map((deed) => [deed, Math.max(usual[deed] ?? 0, week.deeds[deed] ?? 0)] as const);
    return { ...week, deeds: Object.fromEntries(deeds) };
  });
}

/** A simulated learner on the day the data was sent. */
function startOf(learner: number): PlanStart {
  const data = examplePreview({ learner });
  const rollups = unpackRollups(data.rollups);
  const term = schoolCalendar(data.calendar);
  const habits = habitsOf(rollups, term, data.before, data.joinedOn);
  const due = data.due && data.due.map(({ dueOn }) => dueOn);
  return {
    ...{ from: data.before, rollups, joinedOn: data.joinedOn },
    ...{ situation: { calendar: term, habits, due }, frozen: [], heldOn: new Map(), open: data.badges },
  };
}

/** The same weeks with one step less, once for each step there is. */
function oneStepLess(weeks: readonly PlannedWeek[]): PlannedWeek[][] {
  return weeks.flatMap(({ deeds }, at) =>
    Object.entries(deeds).map(([deed, amount]) =>
      weeks.map((week, i) => (i === at ? { ...week, deeds: { ...deeds, [deed]: amount - 1 } } : week)),
    ),
  );
}

test('every plan for a badge reaches it within the bounds, and no step of it can be spared', () => {
  const start = startOf(7);
  let plans = 0;
  for (const badge of start.open.filter((_, i) => i % 4 === 3)) {
    const answer = planFor(badge, start);
    if (answer.kind !== 'plan') continue;
    plans++;
    const trial = openTrial(badge, start);
    const weeks = judged(answer, start.from);
    expect(trial.metOn(weeks)).toBe(answer.reachedOn);
    expect(trial.metOn(besideUsual(weeks, start))).not.toBeNull();
    for (const { deeds, ...span } of answer.weeks) checkDeeds(deeds, boundsOf(start.situation, span));
    for (const less of oneStepLess(weeks)) {
      const stillWorks = trial.metOn(less) !== null && trial.metOn(besideUsual(less, start)) !== null;
      expect(stillWorks, badge.id).toBe(false);
    }
  }
  expect(plans).toBeGreaterThan(2);
});

describe('progress', () => {
  const plan: Plan = {
    kind: 'plan',
    weeks: [
      { from: monday - 7, before: monday, deeds: { 'study-days': 2, helps: 1 } },
      { from: monday, before: monday + 7, deeds: { practices: 3 } },
      { from: monday + 7, before: monday + 14, deeds: { practices: 3 } },
    ],
    reachedOn: monday + 12,
    by: monday + 14,
  };

  test('counts what was done week by week; more of one thing does not stand in for another', () => {
    const { weeks, share } = planProgress(plan, reading, monday + 1);
    expect(weeks.map(({ when }) => when)).toEqual(['past', 'running', 'ahead']);
    expect(weeks[0].deeds).toEqual([
      { deed: 'study-days', asked: 2, done: 3 },
      { deed: 'helps', asked: 1, done: 0 },
    ]);
    expect(share).toBeCloseTo(2 / 9, 12);
  });

  test('of a goal runs through the week: what was done since Monday counts, and the week asks no less', () => {
    const data = examplePreview({ learner: 7 });
    const preview = openPreview(data, null);
    const badge = preview
      .now()
      .find(({ badgeId }) => preview.plan(badgeId, data.before - 30).answer.kind === 'plan');
    const { answer, progress } = preview.plan(badge?.badgeId ?? '', data.before - 30);
    const [week] = planIn(answer).weeks;
    expect(week.from).toBe(parseSchoolDay('2026-03-16'));
    const since = unpackRollups(data.rollups).filter(({ day }) => day >= week.from);
    const done = deedsDone(since);
    for (const one of progress?.weeks[0].deeds ?? []) expect(one.done).toBe(done[one.deed]);
    expect(() => preview.plan('nobody')).toThrow('badge: expected one that is open, got "nobody"');
  });
});
