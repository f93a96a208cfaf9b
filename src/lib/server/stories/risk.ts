import { featureCatalogue, measureInfo } from '#lib/domain/features/index.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { formatMeasured } from '#lib/i18n/measures.ts';
import { formatNumber } from '#lib/i18n/format.ts';
import { inputName } from '#lib/i18n/model-inputs.ts';
import type { StoredScore } from './scores.ts';

/** From what chance on a teacher should do what. */
export type RiskBand = 'calm' | 'watch' | 'talk' | 'act';

export interface RiskReason {
  readonly words: string;
  readonly value: string | null;
  readonly direction: 'raises' | 'lowers';
}

/** The chance of leaving or failing a class, with the reasons that moved it most. For teachers and admins alone. */
export interface RiskView {
  readonly classId: number;
  readonly chance: number;
  readonly band: RiskBand;
  readonly confidence: number;
  readonly reasons: readonly RiskReason[];
  readonly modelVersion: string;
}

const reasonsShown = 5;

export function riskBand(chance: number): RiskBand {
  if (chance >= 0.65) return 'act';
  if (chance >= 0.4) return 'talk';
  return chance >= 0.2 ? 'watch' : 'calm';
}

/** From this chance on a learner is named on the teacher's first page. */
export const attentionChance = 0.4;

/** The risks among the scores, the highest first. */
export function risksIn(stored: readonly StoredScore[], locale: Locale): RiskView[] {
  return stored
    .filter(({ task }) => task === 'at-risk')
    .map((score) => riskView(score, locale))
    .toSorted((a, b) => b.chance - a.chance);
}

export function riskView(score: StoredScore, locale: Locale): RiskView {
  return {
    classId: Number(score.subject),
    chance: score.value,
    band: riskBand(score.value),
    confidence: score.confidence,
    reasons: score.explanation.contributions
      .filter(({ effect }) => effect !== 0)
      .slice(0, reasonsShown)
      .map(({ feature, value, effect }) => ({
        words: inputName(feature, locale) ?? feature,
        value: value === null ? null : valueOf(feature, value, locale),
        direction: effect > 0 ? 'raises' : 'lowers',
      })),
    modelVersion: score.modelVersion,
  };
}

const measureOf = new Map(featureCatalogue.map(({ id, measure }) => [id, measure]));

function valueOf(feature: string, value: number, locale: Locale): string {
  const measure = measureOf.get(feature);
  return measure ? formatMeasured(locale, value, measureInfo(measure).unit) : formatNumber(locale, value, 2);
}
