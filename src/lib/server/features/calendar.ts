import { type CalendarSpan, type SchoolCalendar, schoolCalendar } from '#lib/domain/features/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';

/** The school's terms and holidays. */
export async function loadCalendar({ sql, schoolId }: SchoolScope): Promise<SchoolCalendar> {
  const spans = await sql<CalendarSpan[]>`
    select kind, starts_on - date '1970-01-01' as "startsOn", ends_on - date '1970-01-01' as "endsOn"
    from calendar_spans where school_id = ${schoolId}`;
  return schoolCalendar(spans);
}
