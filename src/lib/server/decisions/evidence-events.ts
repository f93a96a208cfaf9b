import type { ActivityKind, ActivitySource } from '#lib/domain/activity/event.ts';
import { passiveKinds } from '#lib/domain/activity/event.ts';
import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { trustedSources } from '#lib/domain/decisions/doubts.ts';
import type { EvidenceEvent } from '#lib/domain/decisions/evidence-event.ts';
import type { SchoolScope } from '../platform/db/client.ts';

type Cell = string | number | null;

/**
 * What these learners themselves produced on days `from` to `before` - 1, by learner, in order of days. Rows that staff
 * and registers wrote are left out: nobody games with those.
 */
export async function loadEvidenceEvents(
  scope: SchoolScope,
  learnerIds: readonly number[],
  from: SchoolDay,
  before: SchoolDay,
): Promise<Map<number, EvidenceEvent[]>> {
  const rows: readonly (readonly Cell[])[] = await scope.sql`
    select learner_id, day - date '1970-01-01', kind, class_id, extract(epoch from occurred_at)::float8, quantity,
      seconds, score, extract(epoch from due_at)::float8, source, item
    from activity_events
    where school_id = ${scope.schoolId} and learner_id = any(${learnerIds}::int[])
      and day >= ${formatSchoolDay(from)} and day < ${formatSchoolDay(before)}
      and kind <> all(${[...passiveKinds]}::text[]) and source <> all(${[...trustedSources]}::text[])
    order by learner_id, day`.values();
  const byLearner = new Map<number, EvidenceEvent[]>();
  for (const row of rows) {
    const learnerId = Number(row[0]);
    const known = byLearner.get(learnerId);
    if (known) known.push(eventOf(row));
    else byLearner.set(learnerId, [eventOf(row)]);
  }
  return byLearner;
}

function eventOf(row: readonly Cell[]): EvidenceEvent {
  return {
    day: Number(row[1]),
    kind: row[2] as ActivityKind,
    classId: Number(row[3]),
    second: numberOrNull(row[4]),
    quantity: Number(row[5]),
    seconds: Number(row[6]),
    score: numberOrNull(row[7]),
    dueSecond: numberOrNull(row[8]),
    source: row[9] as ActivitySource,
    item: row[10] === null ? null : String(row[10]),
  };
}

function numberOrNull(cell: Cell): number | null {
  return cell === null ? null : Number(cell);
}
