import type { Badge, Comparison, Criterion } from '#lib/domain/badges/badge.ts';
import { type EmblemAttribute, fullEmblem } from '#lib/domain/badges/emblem.ts';

// The badge form as plain text fields, so that it works without JavaScript and keeps what was typed when refused.

export const conditionRows = 6;

/** One condition as typed. */
export interface ConditionValues {
  readonly measure: string;
  readonly window: string;
  readonly is: string;
  readonly value: string;
}

export type EmblemValues = Readonly<Record<EmblemAttribute, string>>;

/** Everything the form holds, as typed. */
export interface BadgeValues {
  readonly id: string;
  readonly nameIt: string;
  readonly nameEn: string;
  readonly descriptionIt: string;
  readonly descriptionEn: string;
  readonly family: string;
  readonly rarity: string;
  readonly effortDays: string;
  readonly isConsequential: boolean;
  readonly emblem: EmblemValues;
  readonly ruleAs: 'guided' | 'json';
  readonly join: 'all' | 'any' | 'some';
  readonly someCount: string;
  readonly conditions: readonly ConditionValues[];
  readonly json: string;
}

const noCondition: ConditionValues = { measure: '', window: '', is: 'at-least', value: '' };

export const blankBadge: BadgeValues = {
  id: '',
  nameIt: '',
  nameEn: '',
  descriptionIt: '',
  descriptionEn: '',
  family: 'constancy',
  rarity: 'common',
  effortDays: '14',
  isConsequential: false,
  emblem: fullEmblem({ shape: 'circle', symbol: 'flame', palette: 'amber' }),
  ruleAs: 'guided',
  join: 'all',
  someCount: '2',
  conditions: filled([{ measure: 'active-days', window: '28', is: 'at-least', value: '12' }]),
  json: '',
};

function filled(conditions: readonly ConditionValues[]): readonly ConditionValues[] {
  return Array.from({ length: conditionRows }, (_, index) => conditions[index] ?? noCondition);
}

/** A stored badge as the form shows it: as a list of conditions where the rule is one, else as JSON. */
export function valuesOf(badge: Badge): BadgeValues {
  const guided = guidedValues(badge.criterion);
  return {
    ...blankBadge,
    id: badge.id,
    nameIt: badge.name.it,
    nameEn: badge.name.en,
    descriptionIt: badge.description.it,
    descriptionEn: badge.description.en,
    family: badge.family,
    rarity: badge.rarity,
    effortDays: String(badge.effortDays),
    isConsequential: badge.isConsequential,
    emblem: fullEmblem(badge.emblem),
    ruleAs: guided ? 'guided' : 'json',
    ...(guided ?? { conditions: filled([]) }),
    json: JSON.stringify(badge.criterion, null, 2),
  };
}

type Guided = Pick<BadgeValues, 'join' | 'someCount' | 'conditions'>;

/** Null when the rule is more than one list of measures. */
function guidedValues(criterion: Criterion): Guided | null {
  const group = groupOf(criterion);
  if (!group || group.parts.length > conditionRows) return null;
  const conditions = group.parts.flatMap((part) => ('measure' in part ? [conditionOf(part)] : []));
  if (conditions.length < group.parts.length) return null;
  return { join: group.join, someCount: group.someCount, conditions: filled(conditions) };
}

function groupOf(criterion: Criterion) {
  const some = { someCount: '2' };
  if ('measure' in criterion) return { join: 'all', parts: [criterion], ...some } as const;
  if ('all' in criterion) return { join: 'all', parts: criterion.all, ...some } as const;
  if ('any' in criterion) return { join: 'any', parts: criterion.any, ...some } as const;
  if (!('of' in criterion)) return null;
  return { join: 'some', parts: criterion.of, someCount: String(criterion.atLeast) } as const;
}

function conditionOf(leaf: {
  readonly measure: string;
  readonly window: number | null;
  readonly is: Comparison;
  readonly value: number;
}): ConditionValues {
  const window = leaf.window === null ? '' : String(leaf.window);
  return { measure: leaf.measure, window, is: leaf.is, value: String(leaf.value) };
}

/** What was sent. Missing fields read as empty: the parser says what is expected of them. */
export function readValues(form: FormData): BadgeValues {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const join = text('join');
  return {
    id: text('id'),
    nameIt: text('nameIt'),
    nameEn: text('nameEn'),
    descriptionIt: text('descriptionIt'),
    descriptionEn: text('descriptionEn'),
    family: text('family'),
    rarity: text('rarity'),
    effortDays: text('effortDays'),
    isConsequential: form.has('isConsequential'),
    emblem: readEmblemValues(form),
    ruleAs: text('ruleAs') === 'json' ? 'json' : 'guided',
    join: join === 'any' || join === 'some' ? join : 'all',
    someCount: text('someCount'),
    conditions: Array.from({ length: conditionRows }, (_, index) => ({
      measure: text(`measure${index}`),
      window: text(`window${index}`),
      is: text(`is${index}`),
      value: text(`value${index}`),
    })),
    json: text('json'),
  };
}

/** The emblem's fields, each under its attribute's name. */
export function readEmblemValues(form: FormData): EmblemValues {
  const text = (attribute: EmblemAttribute) => {
    const value = form.get(attribute);
    return typeof value === 'string' ? value : '';
  };
  return {
    shape: text('shape'),
    border: text('border'),
    ribbon: text('ribbon'),
    symbol: text('symbol'),
    palette: text('palette'),
    ornament: text('ornament'),
    accent: text('accent'),
  };
}

/** The form as the parser of badges takes it; series and tier stay those of the badge as stored. */
export function definitionOf(values: BadgeValues, stored: Badge | null): unknown {
  return {
    id: values.id,
    family: values.family,
    rarity: values.rarity,
    tier: stored?.tier ?? 1,
    series: stored?.series ?? null,
    name: { it: values.nameIt, en: values.nameEn },
    description: { it: values.descriptionIt, en: values.descriptionEn },
    criterion: values.ruleAs === 'json' ? jsonOf(values.json) : guidedCriterion(values),
    isConsequential: values.isConsequential,
    effortDays: numberOf(values.effortDays),
    emblem: values.emblem,
  };
}

/** The text itself when it is no JSON: the parser then shows it as what it got. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function guidedCriterion({ join, someCount, conditions }: BadgeValues): unknown {
  const parts = conditions
    .filter(({ measure }) => measure !== '')
    .map(({ measure, window, is, value }) => ({
      measure,
      window: window === '' ? null : numberOf(window),
      is,
      value: numberOf(value),
    }));
  if (join === 'some') return { atLeast: numberOf(someCount), of: parts };
  if (join === 'any') return { any: parts };
  return parts.length === 1 ? parts[0] : { all: parts };
}

/** A number as typed, with a comma or a point; the text itself when it is none. */
function numberOf(text: string): number | string {
  const number = Number(text.replace(',', '.'));
  return text === '' || Number.isNaN(number) ? text : number;
}
