import { inputValue } from '#lib/i18n/changes.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { inputName } from '#lib/i18n/model-inputs.ts';
import type { ScoreExplanation } from '../platform/db/schema.ts';
import { type ExplanationView, explanationView } from './explanation.ts';
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

/** The same with all that the model can say for itself. */
export interface RiskStory extends RiskView {
  readonly explanation: ExplanationView;
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
export function risksIn(stored: readonly StoredScore[], locale: Locale): RiskStory[] {
  return stored
    .filter(({ task }) => task === 'at-risk')
    .map((score) => ({ ...riskView(score, locale), explanation: explanationView(score, locale) }))
    .toSorted((a, b) => b.chance - a.chance);
}

export function riskView(score: StoredScore, locale: Locale): RiskView {
  return {
    classId: Number(score.subject),
    chance: score.value,
    band: riskBand(score.value),
    confidence: score.confidence,
    reasons: reasonsOf(score.explanation, locale),
    modelVersion: score.modelVersion,
  };
}

/** The inputs that moved an answer most, the strongest first. */
export function reasonsOf({ contributions }: ScoreExplanation, locale: Locale): RiskReason[] {
  return contributions
    .filter(({ effect }) => effect !== 0)
    .slice(0, reasonsShown)
    .map(({ feature, value, effect }) => ({
      words: inputName(feature, locale) ?? feature,
      value: value === null ? null : inputValue(locale, feature, value),
      direction: effect > 0 ? 'raises' : 'lowers',
    }));
}
