import { featureCatalogue, measureInfo } from '#lib/domain/features/index.ts';
import { inputValue } from '#lib/i18n/changes.ts';
import { helpForLearner } from '#lib/i18n/explanations.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { inputName } from '#lib/i18n/model-inputs.ts';
import type { ScoreExplanation } from '../platform/db/schema.ts';

/** Why a learner's chance of a badge is what it is, in words that leave something to do. */
export interface ChanceReasons {
  /** What speaks for it. */
  readonly already: readonly string[];
  /** What speaks against it and lies in the learner's hands. */
  readonly room: readonly string[];
  readonly helps: readonly string[];
}

const shown = 3;

/** What a learner can do something about: the badge's own nature and the calendar are nobody's doing. */
const reachable: ReadonlySet<string> = new Set([
  'badge-progress',
  'badge-progress-gained',
  'badges-held',
  ...featureCatalogue.filter(({ measure }) => measureInfo(measure).good !== 'neither').map(({ id }) => id),
]);

/** Null when there is nothing to say. */
export function chanceReasons(explanation: ScoreExplanation, locale: Locale): ChanceReasons | null {
  const own = explanation.contributions.filter(({ feature }) => reachable.has(feature));
  const sentences = (contributions: typeof own) =>
    contributions.slice(0, shown).flatMap(({ feature, value }) => sentence(feature, value, locale));
  const already = sentences(own.filter(({ effect }) => effect > 0));
  const room = sentences(own.filter(({ effect }) => effect < 0));
  const helps = (explanation.helps ?? [])
    .filter(({ before, after }) => after > before)
    .map((help) => helpForLearner(locale, help));
  return already.length + room.length + helps.length === 0 ? null : { already, room, helps };
}

function sentence(feature: string, value: number | null, locale: Locale): string[] {
  const name = inputName(feature, locale);
  if (name === null || value === null) return [];
  return [`${name}: ${inputValue(locale, feature, value)}`];
}
