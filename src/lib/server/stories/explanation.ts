import { logistic } from '#lib/domain/decisions/confidence.ts';
import { inputValue } from '#lib/i18n/changes.ts';
import { explanationWords, helpForTeacher, type Sureness, surenessOf } from '#lib/i18n/explanations.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { inputName } from '#lib/i18n/model-inputs.ts';
import type { ScoreExplanation } from '../platform/db/schema.ts';
import type { StoredScore } from './scores.ts';

/** One line of the way from the average answer to this one. */
export interface WaterfallStep {
  readonly kind: 'base' | 'effect' | 'rest' | 'calibration' | 'answer';
  readonly words: string;
  /** What was measured, with its unit; null for what has no value. */
  readonly value: string | null;
  /** In log-odds; null for the steps that are no effect of an input. */
  readonly effect: number | null;
  /** The chance before and after this step, 0 to 1. */
  readonly from: number;
  readonly to: number;
}

/** Why a yes-or-no model answered so: for a teacher in words, for an audit in numbers. */
export interface ExplanationView {
  /** Null for scores from before there were conformal sets. */
  readonly sureness: Sureness | null;
  readonly helps: readonly string[];
  /** Empty for scores that do not say what the unnamed inputs moved: their lines would not add up. */
  readonly waterfall: readonly WaterfallStep[];
  /** Where the attention of a network went, each week by its first day, the oldest first; empty without such a network. */
  readonly attention: readonly { readonly week: string; readonly share: number }[];
  readonly audit: {
    /** Of the average learner, in log-odds. */
    readonly base: number;
    readonly margin: number | null;
    readonly probability: number;
    readonly modelVersion: string;
    readonly dataAsOf: Date;
  };
}

type Explained = Pick<StoredScore, 'value' | 'explanation' | 'modelVersion' | 'scoredAt'>;

export function explanationView(score: Explained, locale: Locale): ExplanationView {
  const { classes, helps = [], attention = [] } = score.explanation;
  return {
    sureness: classes ? surenessOf(classes) : null,
    helps: helps.map((help) => helpForTeacher(locale, help)),
    waterfall: waterfallOf(score.explanation, score.value, locale),
    attention,
    audit: {
      base: score.explanation.base,
      margin: marginOf(score.explanation),
      probability: score.value,
      modelVersion: score.modelVersion,
      dataAsOf: score.scoredAt,
    },
  };
}

/** In log-odds; null when the score does not say what the unnamed inputs moved. */
export function marginOf({ base, contributions, rest }: ScoreExplanation): number | null {
  if (rest === undefined) return null;
  return contributions.reduce((sum, { effect }) => sum + effect, base + rest);
}

const leastCalibration = 0.005;

/** From the average answer through each effect to `answer`, the calibrated probability that was given. */
export function waterfallOf(explanation: ScoreExplanation, answer: number, locale: Locale): WaterfallStep[] {
  const { base, contributions, rest } = explanation;
  if (rest === undefined) return [];
  const t = explanationWords[locale].steps;
  let margin = base;
  const moved = (kind: 'effect' | 'rest', words: string, value: string | null, effect: number) => {
    const from = logistic(margin);
    margin += effect;
    return { kind, words, value, effect, from, to: logistic(margin) };
  };
  const still = (kind: 'base' | 'answer', words: string, to: number) =>
    ({ kind, words, value: null, effect: null, from: to, to }) as const;
  const steps: WaterfallStep[] = [
    still('base', t.base, logistic(base)),
    ...contributions.map(({ feature, value, effect }) =>
      moved(
        'effect',
        inputName(feature, locale) ?? feature,
        value === null ? null : inputValue(locale, feature, value),
        effect,
      ),
    ),
    moved('rest', t.rest, null, rest),
  ];
  const raw = logistic(margin);
  if (Math.abs(answer - raw) >= leastCalibration)
    steps.push({
      kind: 'calibration',
      words: t.calibration,
      value: null,
      effect: null,
      from: raw,
      to: answer,
    });
  return [...steps, still('answer', t.answer, answer)];
}
