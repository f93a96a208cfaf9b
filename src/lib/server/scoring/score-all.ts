import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { loadLearners } from '#lib/server/features/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { type RiskRow, riskRowsOfAll } from './risk-rows.ts';
import { type LearnerScores, saveScores } from './save-scores.ts';
import { preparePanel, scoreWith } from './score-learner.ts';

// About 20 KB a learner: one statement for many saves most of the waiting, and stays far from its limits.
const learnersPerWrite = 40;

/** Scores every learner of the school as of a day; returns how many. */
export async function scoreAll(
  scope: SchoolScope,
  before: SchoolDay,
  at: Date,
  onProgress: (scored: number) => void = () => undefined,
): Promise<number> {
  const panel = await preparePanel(scope);
  const risks = panel.risk
    ? await riskRowsOfAll(scope, panel.risk, before)
    : new Map<number, readonly RiskRow[]>();
  let waiting: LearnerScores[] = [];
  let scored = 0;
  for await (const measurement of loadLearners(scope, 'all', before)) {
    const { learnerId } = measurement;
    waiting.push({
      learnerId,
      scores: await scoreWith(scope, panel, measurement, risks.get(learnerId) ?? []),
    });
    if (waiting.length === learnersPerWrite) {
      await saveScores(scope, waiting, at);
      waiting = [];
    }
    onProgress(++scored);
  }
  await saveScores(scope, waiting, at);
  return scored;
}
