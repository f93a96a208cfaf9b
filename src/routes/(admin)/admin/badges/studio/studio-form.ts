import type { Badge } from '#lib/domain/badges/badge.ts';
import { designAttributes, designOf, valuesOf } from '#lib/domain/badges/design-codes.ts';
import { fullEmblem } from '#lib/domain/badges/emblem.ts';
import type { EmblemDesign } from '#lib/domain/badges/house-style.ts';
import { type EmblemValues, readEmblemValues } from '../badge-form.ts';

// The studio's form as plain text fields, so that it works without JavaScript and keeps what was typed when refused.

/** Everything the form holds, as typed. */
export interface StudioValues {
  readonly emblem: EmblemValues;
  /** A badge of its own, or another look for one there is. */
  readonly purpose: 'new' | 'redress';
  /** The badge whose rule a new one takes over, or that gets the new look. */
  readonly badgeId: string;
  readonly rarity: string;
  readonly family: string;
  readonly nameIt: string;
  readonly nameEn: string;
  readonly descriptionIt: string;
  readonly descriptionEn: string;
  /** Live at once, rather than off until an admin puts it live. */
  readonly isLive: boolean;
}

const firstDesign = fullEmblem({
  shape: 'hexagon',
  border: 'double',
  symbol: 'moon',
  palette: 'plum',
  accent: 'ivory',
});

/** What the page begins with: the look of a badge, or one that no catalogue has. */
export function startValues(badges: readonly Badge[], from: Badge | undefined): StudioValues {
  const start = from ?? badges.at(0);
  return {
    emblem: from ? fullEmblem(from.emblem) : firstDesign,
    purpose: 'new',
    badgeId: start?.id ?? '',
    rarity: from?.rarity ?? 'rare',
    family: start?.family ?? 'constancy',
    nameIt: '',
    nameEn: '',
    descriptionIt: '',
    descriptionEn: '',
    isLive: false,
  };
}

/** What was sent. Missing fields read as empty: the parser says what is expected of them. */
export function readStudioValues(form: FormData): StudioValues {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  return {
    emblem: readEmblemValues(form),
    purpose: text('purpose') === 'redress' ? 'redress' : 'new',
    badgeId: text('badgeId'),
    rarity: text('rarity'),
    family: text('family'),
    nameIt: text('nameIt'),
    nameEn: text('nameEn'),
    descriptionIt: text('descriptionIt'),
    descriptionEn: text('descriptionEn'),
    isLive: form.has('isLive'),
  };
}

/** A new badge as the parser takes it: the form's look and words with another badge's rule. */
export function newDefinition(values: StudioValues, template: Badge, id: string): unknown {
  const { criterion, effortDays, isConsequential } = template;
  return {
    id,
    family: values.family,
    rarity: values.rarity,
    tier: 1,
    series: null,
    name: { it: values.nameIt, en: values.nameEn },
    description: { it: values.descriptionIt, en: values.descriptionEn },
    criterion,
    // What is worth most is never given without a person looking.
    isConsequential: isConsequential || values.rarity === 'legendary',
    effortDays,
    emblem: values.emblem,
  };
}

const longestStem = 58;

/** An id made of the English name that no other badge has: `night-owl`, `night-owl-2` … */
export function idFor(name: string, isTaken: (id: string) => boolean): string {
  const stem =
    name
      .normalize('NFKD')
      .toLowerCase()
      .replace(/\p{M}/gu, '')
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, longestStem)
      .replace(/^-+|-+$/g, '') || 'badge';
  if (!isTaken(stem)) return stem;
  let number = 2;
  while (isTaken(`${stem}-${number}`)) number++;
  return `${stem}-${number}`;
}

/** The design that the form shows; null while it holds something that is none. */
export function designIn({ emblem, rarity }: Pick<StudioValues, 'emblem' | 'rarity'>): EmblemDesign | null {
  const said = { ...emblem, rarity };
  const codes = designAttributes.map((attribute) => valuesOf(attribute).indexOf(said[attribute]));
  return codes.includes(-1) ? null : designOf(codes);
}
