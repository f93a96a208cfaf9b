import { passiveKinds } from '#lib/domain/activity/event.ts';
import { formatSchoolDay, type SchoolDay, weekStart } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '../platform/db/client.ts';

export interface WeekOfActivity {
  /** Its Monday, yyyy-mm-dd. */
  readonly week: string;
  readonly activeDays: number;
  /** Things done: events of active kinds. */
  readonly actions: number;
}

const passive = [...passiveKinds];

/** The Mondays of the last `weeks` weeks, the running one last. */
export function lastWeeks(today: SchoolDay, weeks: number): string[] {
  const monday = weekStart(today);
  return Array.from({ length: weeks }, (_, index) => formatSchoolDay(monday - 7 * (weeks - 1 - index)));
}

/** What one learner did in each of the last `weeks` weeks, oldest first, empty weeks included. */
export async function weeklyActivity(
  scope: SchoolScope,
  learnerId: number,
  weeks: number,
  today: SchoolDay,
): Promise<WeekOfActivity[]> {
  const mondays = lastWeeks(today, weeks);
  const rows = await scope.sql<WeekOfActivity[]>`
    select to_char(date_trunc('week', day), 'YYYY-MM-DD') as week,
           count(distinct day)::int as "activeDays", sum(count)::int as actions
    from daily_rollups
    where school_id = ${scope.schoolId} and learner_id = ${learnerId}
      and day >= ${mondays[0]} and day <= ${formatSchoolDay(today)} and kind <> all(${passive})
    group by 1`;
  const found = new Map(rows.map((row) => [row.week, row]));
  return mondays.map((week) => found.get(week) ?? { week, activeDays: 0, actions: 0 });
}

/** Things done in each of the last `weeks` weeks by each of these learners, oldest first. */
export async function weeklyActionsOf(
  scope: SchoolScope,
  learnerIds: readonly number[],
  weeks: number,
  today: SchoolDay,
): Promise<Map<number, number[]>> {
  const mondays = lastWeeks(today, weeks);
  const position = new Map(mondays.map((week, index) => [week, index]));
  const rows = await scope.sql<{ learnerId: number; week: string; actions: number }[]>`
    select learner_id as "learnerId", to_char(date_trunc('week', day), 'YYYY-MM-DD') as week,
           sum(count)::int as actions
    from daily_rollups
    where school_id = ${scope.schoolId} and learner_id = any(${[...learnerIds]})
      and day >= ${mondays[0]} and day <= ${formatSchoolDay(today)} and kind <> all(${passive})
    group by 1, 2`;
  const byLearner = new Map(learnerIds.map((id) => [id, new Array<number>(weeks).fill(0)]));
  for (const { learnerId, week, actions } of rows) {
    const values = byLearner.get(learnerId);
    const index = position.get(week);
    if (values && index !== undefined) values[index] = actions;
  }
  return byLearner;
}

/** The last day on which each of these learners did something, yyyy-mm-dd; absent for those who never did. */
export async function lastActiveDays(
  scope: SchoolScope,
  learnerIds: readonly number[],
  today: SchoolDay,
): Promise<Map<number, string>> {
  const rows = await scope.sql<{ learnerId: number; day: string }[]>`
    select learner_id as "learnerId", to_char(max(day), 'YYYY-MM-DD') as day
    from daily_rollups
    where school_id = ${scope.schoolId} and learner_id = any(${[...learnerIds]})
      and day <= ${formatSchoolDay(today)} and kind <> all(${passive})
    group by 1`;
  return new Map(rows.map(({ learnerId, day }) => [learnerId, day]));
}
