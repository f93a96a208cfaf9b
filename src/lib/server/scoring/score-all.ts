import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { loadLearners } from '#lib/server/features/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { scoreLearner } from './score-learner.ts';

/** Scores every learner of the school as of a day; returns how many. */
export async function scoreAll(
  scope: SchoolScope,
  before: SchoolDay,
  at: Date,
  onProgress: (scored: number) => void = () => undefined,
): Promise<number> {
  let scored = 0;
  for await (const measurement of loadLearners(scope, 'all', before)) {
    await scoreLearner(scope, measurement, at);
    onProgress(++scored);
  }
  return scored;
}
