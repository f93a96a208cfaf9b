import { and, eq, inArray } from 'drizzle-orm';
import type { SchoolScope } from '../platform/db/client.ts';
import { scores } from '../platform/db/schema.ts';

export type StoredScore = typeof scores.$inferSelect;

/** Everything the models last said about these learners. */
export async function scoresOf(
  scope: SchoolScope,
  learnerIds: readonly number[],
  tasks: readonly string[],
): Promise<StoredScore[]> {
  return scope.tx
    .select()
    .from(scores)
    .where(
      and(
        eq(scores.schoolId, scope.schoolId),
        inArray(scores.learnerId, [...learnerIds]),
        inArray(scores.task, [...tasks]),
      ),
    );
}

/** What is known of a badge's chance within four weeks. */
export type BadgeChance = Pick<StoredScore, 'value' | 'explanation'>;

/** The chances of the badges, by badge. */
export function chancesIn(stored: readonly StoredScore[]): ReadonlyMap<string, BadgeChance> {
  return new Map(stored.filter(({ task }) => task === 'badge-chance').map((score) => [score.subject, score]));
}
