import type { Unit } from '../features/feature.ts';
import { featureName, measureInfo } from '../features/index.ts';
import type { Comparison, Criterion } from './badge.ts';
import { badgeCatalogue } from './catalogue/index.ts';
import { groupOf, type MeasureLeaf, opposite, type Sequence } from './criterion.ts';
import { neededOf } from './evaluate.ts';
import { phrases } from './phrases.ts';

type Language = 'it' | 'en';

/** The name of a badge in the reader's language. */
export type BadgeName = (badgeId: string) => string;

interface Words {
  readonly comparison: Readonly<Record<Comparison, string>>;
  readonly and: string;
  readonly or: string;
  readonly someOf: (count: number) => string;
  readonly holds: (badge: string) => string;
  readonly holdsNot: (badge: string) => string;
  readonly steps: { readonly first: string; readonly then: string; readonly last: string };
  readonly within: (days: number) => string;
  readonly notSeen: string;
  readonly window: (days: number) => string;
  readonly ofDays: (days: number) => string;
  readonly wholePast: string;
}

const wordsIn: Readonly<Record<Language, Words>> = {
  it: {
    comparison: {
      'at-least': 'almeno',
      'at-most': 'al massimo',
      'more-than': 'più di',
      'less-than': 'meno di',
    },
    and: ' e ',
    or: ' oppure ',
    someOf: (count) => `almeno ${count} fra: `,
    holds: (badge) => `il distintivo «${badge}» già ottenuto`,
    holdsNot: (badge) => `il distintivo «${badge}» non ancora ottenuto`,
    steps: { first: 'prima: ', then: '; poi: ', last: '; infine: ' },
    within: (days) => `; il tutto entro ${days} giorni`,
    notSeen: 'non è successo questo: ',
    window: (days) => (days === 1 ? 'nell’ultimo giorno' : `negli ultimi ${days} giorni`),
    ofDays: (days) => (days === 1 ? 'dell’ultimo giorno' : `degli ultimi ${days} giorni`),
    wholePast: 'in tutto',
  },
  en: {
    comparison: {
      'at-least': 'at least',
      'at-most': 'at most',
      'more-than': 'more than',
      'less-than': 'less than',
    },
    and: ' and ',
    or: ' or ',
    someOf: (count) => `at least ${count} of: `,
    holds: (badge) => `the badge “${badge}” already earned`,
    holdsNot: (badge) => `the badge “${badge}” not earned yet`,
    steps: { first: 'first: ', then: '; then: ', last: '; finally: ' },
    within: (days) => `; all within ${days} days`,
    notSeen: 'this has not happened: ',
    window: (days) => (days === 1 ? 'on the last day' : `in the last ${days} days`),
    ofDays: (days) => (days === 1 ? 'of the last day' : `of the last ${days} days`),
    wholePast: 'in all',
  },
};

/**
 * A rule as plain words without a capital or a full stop: `active on at least 12 of the last 28 days`. Names of
 * badges come from the catalogue unless `nameOf` knows better.
 */
export function describeCriterion(
  criterion: Criterion,
  locale: Language,
  nameOf: BadgeName = catalogueName(locale),
): string {
  return describe(criterion, false, { locale, words: wordsIn[locale], nameOf }, true);
}

interface Voice {
  readonly locale: Language;
  readonly words: Words;
  readonly nameOf: BadgeName;
}

function catalogueName(locale: Language): BadgeName {
  return (badgeId) => badgeCatalogue.find(({ id }) => id === badgeId)?.name[locale] ?? badgeId;
}

function describe(criterion: Criterion, isNegated: boolean, voice: Voice, isOutermost = false): string {
  const { words } = voice;
  if ('not' in criterion) return describe(criterion.not, !isNegated, voice, isOutermost);
  if ('measure' in criterion) return describeMeasure(criterion, isNegated, voice);
  if ('sequence' in criterion) return describeSequence(criterion, isNegated, voice);
  if ('holds' in criterion) {
    const name = voice.nameOf(criterion.holds);
    return isNegated ? words.holdsNot(name) : words.holds(name);
  }
  const group = groupOf(criterion) ?? { need: 0, parts: [] };
  const parts = group.parts.map((part) => describe(part, isNegated, voice));
  const window = sharedWindow(group.parts, parts, words);
  const shortened = window ? parts.map((part) => part.slice(0, -window.length - 1)) : parts;
  const joined = joinGroup(shortened, neededOf(group.need, parts.length, isNegated), words);
  const text = window ? `${joined}, ${window}` : joined;
  return isOutermost || parts.length === 1 ? text : `(${text})`;
}

/** The words for the window in which all parts end, to be said once; undefined when they differ. */
function sharedWindow(
  criteria: readonly Criterion[],
  parts: readonly string[],
  words: Words,
): string | undefined {
  const [first] = criteria;
  if (parts.length < 2 || !first || !('measure' in first) || first.window === null) return undefined;
  const window = words.window(first.window);
  return parts.every((part) => part.endsWith(` ${window}`)) ? window : undefined;
}

function joinGroup(parts: readonly string[], need: number, words: Words): string {
  if (parts.length <= 1) return parts.join('');
  if (need === 1) return parts.join(words.or);
  if (need < parts.length) return words.someOf(need) + parts.join('; ');
  return parts.slice(0, -1).join(', ') + words.and + parts[parts.length - 1];
}

function describeSequence({ sequence, withinDays }: Sequence, isNegated: boolean, voice: Voice): string {
  const { steps, within, notSeen } = voice.words;
  const last = sequence.length - 1;
  const text = sequence.map((step, index) => {
    const link = index === 0 ? steps.first : index === last && last > 1 ? steps.last : steps.then;
    return link + describe(step, false, voice, true);
  });
  return (isNegated ? notSeen : '') + text.join('') + within(withinDays);
}

function describeMeasure(leaf: MeasureLeaf, isNegated: boolean, voice: Voice): string {
  const is = isNegated ? opposite(leaf.is) : leaf.is;
  const { locale, words } = voice;
  const phrase = phrases[leaf.measure];
  const quantity = quantityOf(leaf.measure, is, leaf.value, voice);
  if (!phrase) return `${nameOfMeasure(leaf, locale)}: ${quantity}`;
  const isNone = phrase.none && is === 'at-most' && leaf.value === 0;
  const template = isNone ? phrase.none : leaf.window === null ? (phrase.wholePast ?? phrase) : phrase;
  const isWhole = leaf.window === null && measureInfo(leaf.measure).windowed;
  return fill(template?.[locale] ?? '', {
    q: quantity,
    w: leaf.window === null ? (isWhole ? words.wholePast : '') : words.window(leaf.window),
    of: words.ofDays(leaf.window ?? 0),
    isOne: leaf.value === 1,
  });
}

function fill(
  template: string,
  {
    q,
    w,
    of,
    isOne,
  }: { readonly q: string; readonly w: string; readonly of: string; readonly isOne: boolean },
): string {
  return template
    .replace(/\[([^|\]]*)\|([^\]]*)\]/g, (_, one: string, many: string) => (isOne ? one : many))
    .replace('{q}', () => q)
    .replace('{w}', () => w)
    .replace('{of}', () => of)
    .trim();
}

function nameOfMeasure(
  { measure, window }: Pick<MeasureLeaf, 'measure' | 'window'>,
  locale: Language,
): string {
  return featureName({ id: measure, measure, window })[locale];
}

/** `at least 12`, `at most 5%`. */
function quantityOf(measure: string, is: Comparison, value: number, { locale, words }: Voice): string {
  const { unit } = measureInfo(measure);
  const amount = formatAmount(value, unit, locale);
  if (locale === 'it' && unit === 'share') return italianShare(is, amount, words);
  return `${words.comparison[is]} ${amount}`;
}

/** Italian puts the article before a percentage, and melts it with the comparison: più del 5%, almeno l’80%. */
function italianShare(is: Comparison, amount: string, words: Words): string {
  if (amount.startsWith('-')) return `${words.comparison[is]} ${amount}`;
  const startsWithVowel = /^(8|1(?!\d)|11(?!\d))/.test(amount);
  const article = startsWithVowel ? 'l’' : amount.startsWith('0') ? 'lo ' : 'il ';
  const melted = startsWithVowel ? 'dell’' : amount.startsWith('0') ? 'dello ' : 'del ';
  if (is === 'more-than') return `più ${melted}${amount}`;
  return is === 'less-than' ? `meno ${melted}${amount}` : `${words.comparison[is]} ${article}${amount}`;
}

/** Shares as percentages, everything else as a number. */
function formatAmount(value: number, unit: Unit, locale: Language): string {
  return unit === 'share'
    ? new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(value)
    : new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value);
}
