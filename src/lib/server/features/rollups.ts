import { type ActivityKind, activityKinds } from '#lib/domain/activity/event.ts';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';

/** The values of one rollup in the order of the query. */
const cellsPerRollup = 12;
type Cell = number | string;

const kinds: ReadonlySet<Cell> = new Set(activityKinds);

/**
 * Every rollup of these learners from the days before `before`, by learner; of one class when `classId` is given.
 * A learner's rollups come as one line of JSON: decoding 12 columns a row cost Node more than all measures together.
 */
export async function readRollups(
  { sql, schoolId }: SchoolScope,
  learnerIds: readonly number[],
  before: SchoolDay,
  classId: number | undefined,
): Promise<ReadonlyMap<number, readonly DailyRollup[]>> {
  const lines = await sql<{ learnerId: number; cells: string }[]>`
    select learner_id as "learnerId", '[' || string_agg(concat_ws(',', class_id, day - date '1970-01-01',
      '"' || kind || '"', count, quantity, seconds, score_sum, score_count, due_count, late_count, lead_days_sum,
      slots), ',') || ']' as cells
    from daily_rollups
    where school_id = ${schoolId} and learner_id = any(${learnerIds}::int[]) and day < ${formatSchoolDay(before)}
      ${classId === undefined ? sql`` : sql`and class_id = ${classId}`}
    group by learner_id`;
  return new Map(lines.map(({ learnerId, cells }) => [learnerId, rollupsOf(learnerId, JSON.parse(cells))]));
}

function rollupsOf(learnerId: number, cells: readonly Cell[]): readonly DailyRollup[] {
  const rollups: DailyRollup[] = [];
  for (let i = 0; i < cells.length; i += cellsPerRollup) {
    rollups.push({
      learnerId,
      classId: Number(cells[i]),
      day: Number(cells[i + 1]),
      kind: kindOf(cells[i + 2]),
      count: Number(cells[i + 3]),
      quantity: Number(cells[i + 4]),
      seconds: Number(cells[i + 5]),
      scoreSum: Number(cells[i + 6]),
      scoreCount: Number(cells[i + 7]),
      dueCount: Number(cells[i + 8]),
      lateCount: Number(cells[i + 9]),
      leadDaysSum: Number(cells[i + 10]),
      slots: Number(cells[i + 11]),
    });
  }
  return rollups;
}

function kindOf(cell: Cell): ActivityKind {
  if (!isKind(cell)) throw new Error(`daily_rollups.kind: expected an activity kind, got ${cell}`);
  return cell;
}

function isKind(cell: Cell): cell is ActivityKind {
  return kinds.has(cell);
}
