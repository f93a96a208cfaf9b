import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { loadLearners } from '#lib/server/features/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { type RiskRow, riskRowsOfAll } from './risk-rows.ts';
import { preparePanel, scoreWith } from './score-learner.ts';

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
  let scored = 0;
  for await (const measurement of loadLearners(scope, 'all', before)) {
    await scoreWith(scope, panel, measurement, risks.get(measurement.learnerId) ?? [], at);
    onProgress(++scored);
  }
  return scored;
}
