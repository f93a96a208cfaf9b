import { localMoment } from '#lib/domain/activity/school-day.ts';
import { catalogueVersion } from '#lib/domain/features/index.ts';
import { lime } from '#lib/ml/explain/index.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { inputName } from '#lib/i18n/model-inputs.ts';
import { loadChampion } from '../models/registry.ts';
import { answersOf } from '../models/task-model.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { riskRowsOf } from '../scoring/risk-rows.ts';
import { schoolNow } from './school.ts';

/**
 * What a second method says of an early warning: LIME draws learners a little unlike this one, asks the model about each, and
 * lays a line through the answers. Where no line fits, there is nothing to show but that.
 */
export type SecondOpinion =
  | {
      readonly classId: number;
      readonly fits: true;
      /** Share of the variation around this learner that the line explains, 0.5 to 1. */
      readonly r2: number;
      /** How alike the strongest effects are over five draws, 0 to 1. */
      readonly stability: number;
      /** In probability, for a standard deviation more of the input; the strongest first. */
      readonly effects: readonly {
        readonly words: string;
        readonly effect: number;
        readonly spread: number;
      }[];
    }
  | { readonly classId: number; readonly fits: false; readonly r2: number };

const effectsShown = 6;
const seed = 1;

/** Null when no model warns about this learner in this class now, or the model is too old to be asked. */
export async function secondOpinion(
  scope: SchoolScope,
  learnerId: number,
  classId: number,
  locale: Locale,
  at: Date,
): Promise<SecondOpinion | null> {
  const champion = await loadChampion(scope, 'at-risk');
  if (!champion?.model.summary || champion.model.catalogueVersion !== catalogueVersion) return null;
  const { timeZone } = await schoolNow(scope, at);
  const before = localMoment(at, timeZone).day + 1;
  const rows = await riskRowsOf(scope, champion, learnerId, before);
  const row = rows.find((one) => one.classId === classId);
  if (!row) return null;
  const { model } = champion;
  const found = lime((x) => answersOf(model, x), row.values, champion.model.summary, { seed });
  if (!found.fits) return { classId, fits: false, r2: found.r2 };
  const effects = found.effects.slice(0, effectsShown).map(({ columns, effect, spread }) => ({
    words: inputName(model.columns[columns[0]], locale) ?? model.columns[columns[0]],
    effect,
    spread,
  }));
  return { classId, fits: true, r2: found.r2, stability: found.stability, effects };
}
