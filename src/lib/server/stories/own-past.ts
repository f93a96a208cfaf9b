import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { column, kindColumn, type LearnerHistory, sumBetween } from '#lib/domain/features/history.ts';
import { measure } from '#lib/domain/features/index.ts';
import type { Measurement } from '../features/index.ts';

/** Two equal stretches of the same learner's time; nobody else's comes into it. */
export interface OwnPast {
  /** How many days each stretch has. */
  readonly days: number;
  readonly schoolDays: { readonly now: number; readonly before: number };
  readonly measures: readonly PastMeasure[];
}

export type PastMeasureId = 'active-days' | 'on-time' | 'hours' | 'mean-mark';

export interface PastMeasure {
  readonly id: PastMeasureId;
  /** Over the last stretch; null where nothing was measured. */
  readonly now: number | null;
  /** Over the one before. */
  readonly before: number | null;
}

type Look = Pick<Measurement, 'history' | 'context' | 'before'>;

const stretch = 28;

/** The last four weeks beside the four before. Null for a learner who is not here for so long. */
export function ownPast({ history, context, before }: Look): OwnPast | null {
  const middle = before - stretch;
  const start = middle - stretch;
  if (history.observedFrom > start) return null;
  const over = (id: string, end: SchoolDay) => known(measure(id, stretch, history, context, end));
  const ofBoth = (id: PastMeasureId, value: (end: SchoolDay) => number | null): PastMeasure => ({
    id,
    now: value(before),
    before: value(middle),
  });
  const { calendar } = context;
  return {
    days: stretch,
    schoolDays: {
      now: calendar.countSchoolDays(middle, before),
      before: calendar.countSchoolDays(start, middle),
    },
    measures: [
      ofBoth('active-days', (end) => over('active-days', end)),
      ofBoth('on-time', (end) => onTime(history, end)),
      ofBoth('hours', (end) => over('hours', end)),
      ofBoth('mean-mark', (end) => over('mean-score', end)),
    ].filter(({ now, before: earlier }) => now !== null || earlier !== null),
  };
}

/** Work handed in and not late; null for a learner who never handed anything in, as in a class without hand-ins. */
function onTime(history: LearnerHistory, end: SchoolDay): number | null {
  const submits = kindColumn('submit');
  if (sumBetween(history, submits, history.from, history.before) === 0) return null;
  const from = end - stretch;
  return sumBetween(history, submits, from, end) - sumBetween(history, column.late, from, end);
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
