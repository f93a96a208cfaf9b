import { passiveKinds } from '#lib/domain/activity/event.ts';
import { formatSchoolDay, type SchoolDay, weekStart } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '../platform/db/client.ts';

export const spans = ['day', 'week', 'month'] as const;
export type Span = (typeof spans)[number];

export interface ActiveSpan {
  /** Its first day, yyyy-mm-dd. */
  readonly start: string;
  /** Learners who did something in it. */
  readonly learners: number;
}

/** Learners active in each of the last 28 days, 26 weeks or 12 months, the running one last. */
export async function activeLearnersBy(
  { sql, schoolId }: SchoolScope,
  span: Span,
  today: SchoolDay,
): Promise<ActiveSpan[]> {
  const first = firstDay(span, today);
  return sql<ActiveSpan[]>`
    with span as (
      select generate_series(${first}::date, ${formatSchoolDay(today)}::date, ${`1 ${span}`}::interval)::date as start
    ),
    active as (
      select date_trunc(${span}, day)::date as start, count(distinct learner_id)::int as learners
      from daily_rollups
      where school_id = ${schoolId} and day >= ${first} and day <= ${formatSchoolDay(today)}
        and kind <> all(${[...passiveKinds]})
      group by 1
    )
    select to_char(span.start, 'YYYY-MM-DD') as start, coalesce(active.learners, 0) as learners
    from span left join active using (start) order by span.start`;
}

function firstDay(span: Span, today: SchoolDay): string {
  if (span === 'day') return formatSchoolDay(today - 27);
  if (span === 'week') return formatSchoolDay(weekStart(today) - 25 * 7);
  const month = new Date(`${formatSchoolDay(today).slice(0, 7)}-01T00:00:00Z`);
  month.setUTCMonth(month.getUTCMonth() - 11);
  return month.toISOString().slice(0, 10);
}
