import { passiveKinds } from '#lib/domain/activity/event.ts';
import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '../platform/db/client.ts';

const passive = [...passiveKinds];

/** Learners who did something on the day before `before`, in the last 7 days, in the last 28. */
export interface ActiveLearners {
  readonly day: number;
  readonly week: number;
  readonly month: number;
  /** Enrolled and not gone. */
  readonly learners: number;
}

export async function activeLearners(scope: SchoolScope, before: SchoolDay): Promise<ActiveLearners> {
  // One look into the index for each learner: the table holds years, the answer needs the last day alone.
  const [row] = await scope.sql<ActiveLearners[]>`
    select count(*)::int as learners,
      count(*) filter (where last_day = ${day(before - 1)}::date)::int as day,
      count(*) filter (where last_day >= ${day(before - 7)}::date)::int as week,
      count(*) filter (where last_day >= ${day(before - 28)}::date)::int as month
    from (
      select (
        select r.day from daily_rollups r
        where r.school_id = l.school_id and r.learner_id = l.id and r.day < ${day(before)}::date
          and r.kind <> all(${passive}::text[])
        order by r.day desc limit 1
      ) as last_day
      from learners l
      where l.school_id = ${scope.schoolId} and (l.left_on is null or l.left_on >= ${day(before)}::date)
    ) seen`;
  return row;
}

export interface ActivityDay {
  readonly day: SchoolDay;
  readonly active: number;
  readonly events: number;
}

/** Active learners and their events on each day from `from` to `before` - 1, days without any included. */
export async function activityByDay(
  scope: SchoolScope,
  from: SchoolDay,
  before: SchoolDay,
): Promise<ActivityDay[]> {
  return scope.sql<ActivityDay[]>`
    select d.day::date - date '1970-01-01' as day, coalesce(active, 0)::int as active, coalesce(events, 0)::int as events
    from generate_series(${day(from)}::date, ${day(before - 1)}::date, interval '1 day') as d(day)
    left join (
      select r.day, count(distinct r.learner_id) as active, sum(r.count) as events
      from learners l
      join daily_rollups r on r.school_id = l.school_id and r.learner_id = l.id
        and r.day >= ${day(from)}::date and r.day < ${day(before)}::date and r.kind <> all(${passive}::text[])
      where l.school_id = ${scope.schoolId}
      group by r.day
    ) done on done.day = d.day
    order by d.day`;
}

export interface EventRate {
  readonly lastMinute: number;
  readonly lastHour: number;
}

/** Events received lately; of an import only what happened in the last two days. */
export async function eventRate(scope: SchoolScope, before: SchoolDay, at: Date): Promise<EventRate> {
  const [row] = await scope.sql<EventRate[]>`
    select count(*) filter (where received_at > ${at.toISOString()}::timestamptz - interval '1 minute')::int as "lastMinute",
      count(*)::int as "lastHour"
    from activity_events
    where school_id = ${scope.schoolId} and day >= ${day(before - 2)}::date and day <= ${day(before)}::date
      and received_at > ${at.toISOString()}::timestamptz - interval '1 hour' and received_at <= ${at.toISOString()}::timestamptz`;
  return row;
}

function day(value: SchoolDay): string {
  return formatSchoolDay(value);
}
