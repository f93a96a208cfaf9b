import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { featureCatalogue } from '#lib/domain/features/index.ts';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { loadSnapshots } from '#lib/server/features/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { TooLittleData } from '#lib/server/training/dataset.ts';
import { isAround } from '#lib/server/training/tasks/presence.ts';
import { countLearners, observedSpan } from '#lib/server/training/tasks/school-facts.ts';

/** Learners as of several days, in the features of the catalogue. */
export interface PathSnapshots {
  readonly learnerIds: Int32Array;
  /** From the days before these. */
  readonly days: Int32Array;
  /** A row a snapshot. */
  readonly x: Matrix;
}

/** From one kept snapshot of a learner to the next: long enough for a path to move. */
export const stepDays = 28;
const mostDays = 26;
const leastDays = 4;
/** Monday, 5 January 1970: kept days are counted from a fixed one, so that trainings and nights agree on them. */
const firstMonday = 4;

/** Whether a snapshot as of this day stays when newer ones come. */
export function isKept(day: SchoolDay): boolean {
  return (day - firstMonday) % stepDays === 0;
}

/** The kept days within a span, the latest 26 at most: two years. */
export function keptDays(from: SchoolDay, before: SchoolDay): SchoolDay[] {
  const last = before - ((before - firstMonday) % stepDays);
  const count = Math.min(mostDays, Math.floor((last - from) / stepDays));
  return Array.from({ length: Math.max(0, count) }, (_, i) => last - (count - 1 - i) * stepDays);
}

/**
 * Everyone as of each kept day on which they were around, and as of `before`, today's, whoever is still here.
 * @throws TooLittleData when the school's past holds fewer than four kept days
 */
export async function collectSnapshots(
  scope: SchoolScope,
  before: SchoolDay,
  onProgress: (share: number) => void,
): Promise<PathSnapshots> {
  const span = await observedSpan(scope, before);
  const days = keptDays(span.from, span.before);
  if (days.length < leastDays) {
    const needed = (leastDays + 1) * stepDays;
    throw new TooLittleData(
      `history: expected at least ${needed} days of activity, got ${before - span.from}`,
    );
  }
  const learners = await countLearners(scope);
  const found: { learnerId: number; day: SchoolDay; values: Float32Array }[] = [];
  let done = 0;
  for await (const { learnerId, measurements } of loadSnapshots(scope, [...days, before])) {
    for (const one of measurements)
      if (one.before === before || isAround(one))
        found.push({ learnerId, day: one.before, values: Float32Array.from(one.values) });
    onProgress(++done / learners);
  }
  return snapshotsOf(found);
}

function snapshotsOf(
  rows: readonly {
    readonly learnerId: number;
    readonly day: SchoolDay;
    readonly values: Float32Array;
  }[],
): PathSnapshots {
  const columns = featureCatalogue.length;
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => values.set(row.values, i * columns));
  return {
    learnerIds: Int32Array.from(rows, ({ learnerId }) => learnerId),
    days: Int32Array.from(rows, ({ day }) => day),
    x: matrix(rows.length, columns, values),
  };
}
