import { type CalendarSpan, type SchoolCalendar, schoolCalendar } from '#lib/domain/features/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';

/** The days that are school days by the school's terms and holidays. */
export async function loadCalendar(scope: SchoolScope): Promise<SchoolCalendar> {
  return schoolCalendar(await readCalendarSpans(scope));
}

/** The school's terms and holidays, in the order in which they begin. */
export async function readCalendarSpans({ sql, schoolId }: SchoolScope): Promise<readonly CalendarSpan[]> {
  return sql<CalendarSpan[]>`
    select kind, starts_on - date '1970-01-01' as "startsOn", ends_on - date '1970-01-01' as "endsOn"
    from calendar_spans where school_id = ${schoolId} order by starts_on, id`;
}
