import type { Evidence, Missing } from '#lib/domain/badges/index.ts';
import type { Comparison } from '#lib/domain/badges/badge.ts';
import type { Unit } from '#lib/domain/features/feature.ts';
import { featureName, measureInfo } from '#lib/domain/features/index.ts';
import { formatNumber, formatShare } from './format.ts';
import { type Locale, plural, words } from './index.ts';

const measureWords = words({
  en: {
    is: {
      'at-least': (value: string) => `at least ${value}`,
      'at-most': (value: string) => `at most ${value}`,
      'more-than': (value: string) => `more than ${value}`,
      'less-than': (value: string) => `less than ${value}`,
    },
    needed: (bound: string) => `needs ${bound}`,
    notMeasured: 'nothing to measure yet',
    holdsBadge: (badge: string) => `Holds “${badge}”`,
    lacksBadge: (badge: string) => `Does not hold “${badge}”`,
    needsBadge: (badge: string) => `First earn “${badge}”`,
    blockedBy: (badge: string) => `Not for those who hold “${badge}”`,
    sequence: (steps: number, days: number) => `${steps} steps in order within ${days} days`,
    noSequence: (days: number) => `Nothing of the kind for ${days} days`,
    step: (step: number, of: number) => `Step ${step} of ${of}`,
    pass: (days: number) => `Wait until ${days} days have passed`,
    units: {
      days: (n: string, one: boolean) => `${n} ${one ? 'day' : 'days'}`,
      weeks: (n: string, one: boolean) => `${n} ${one ? 'week' : 'weeks'}`,
      hours: (n: string, one: boolean) => `${n} ${one ? 'hour' : 'hours'}`,
      points: (n: string, one: boolean) => `${n} ${one ? 'point' : 'points'}`,
      'points/week': (n: string) => `${n} points a week`,
      'events/week': (n: string) => `${n} a week`,
      'events/day': (n: string) => `${n} a day`,
      sessions: (n: string, one: boolean) => `${n} ${one ? 'session' : 'sessions'}`,
      kinds: (n: string, one: boolean) => `${n} ${one ? 'kind' : 'kinds'}`,
      bits: (n: string, one: boolean) => `${n} ${one ? 'bit' : 'bits'}`,
    },
  },
  it: {
    is: {
      'at-least': (value: string) => `almeno ${value}`,
      'at-most': (value: string) => `al massimo ${value}`,
      'more-than': (value: string) => `più di ${value}`,
      'less-than': (value: string) => `meno di ${value}`,
    },
    needed: (bound: string) => `serve ${bound}`,
    notMeasured: 'ancora nulla da misurare',
    holdsBadge: (badge: string) => `Ha «${badge}»`,
    lacksBadge: (badge: string) => `Non ha «${badge}»`,
    needsBadge: (badge: string) => `Prima ottieni «${badge}»`,
    blockedBy: (badge: string) => `Non per chi ha «${badge}»`,
    sequence: (steps: number, days: number) => `${steps} passi in ordine entro ${days} giorni`,
    noSequence: (days: number) => `Niente del genere per ${days} giorni`,
    step: (step: number, of: number) => `Passo ${step} di ${of}`,
    pass: (days: number) => `Aspetta che passino ${days} giorni`,
    units: {
      days: (n: string, one: boolean) => `${n} ${one ? 'giorno' : 'giorni'}`,
      weeks: (n: string, one: boolean) => `${n} ${one ? 'settimana' : 'settimane'}`,
      hours: (n: string, one: boolean) => `${n} ${one ? 'ora' : 'ore'}`,
      points: (n: string, one: boolean) => `${n} ${one ? 'punto' : 'punti'}`,
      'points/week': (n: string) => `${n} punti a settimana`,
      'events/week': (n: string) => `${n} a settimana`,
      'events/day': (n: string) => `${n} al giorno`,
      sessions: (n: string, one: boolean) => `${n} ${one ? 'sessione' : 'sessioni'}`,
      kinds: (n: string, one: boolean) => `${n} ${one ? 'tipo' : 'tipi'}`,
      bits: (n: string) => `${n} bit`,
    },
  },
});

/** Names badges in sentences. */
export type BadgeNames = (badgeId: string) => string;

/** A measured value with its unit, such as `12 days` or `85%`. */
export function formatMeasured(locale: Locale, value: number, unit: Unit): string {
  if (unit === 'share') return formatShare(locale, value);
  if (unit === 'events') return formatNumber(locale, value, 1);
  if (unit === 'ratio') return `×${formatNumber(locale, value, 2)}`;
  const number = formatNumber(locale, value, unit === 'days' || unit === 'kinds' ? 0 : 1);
  return measureWords[locale].units[unit](number, isOne(locale, value));
}

function isOne(locale: Locale, value: number): boolean {
  return plural(locale, value, { one: 'one', other: 'other' }) === 'one';
}

/** A measure with its window, such as `Active days in the last 28 days`. */
export function measureTitle(locale: Locale, measure: string, window: number | null): string {
  return featureName({ id: measure, measure, window })[locale];
}

function bound(locale: Locale, is: Comparison, needed: number, unit: Unit): string {
  return measureWords[locale].is[is](formatMeasured(locale, needed, unit));
}

/** A condition of a rule and what was there: `Active days in the last 28 days: 20 days (needs at least 15 days)`. */
export function evidenceSentence(locale: Locale, part: Evidence, names: BadgeNames): string {
  const t = measureWords[locale];
  if (part.kind === 'badge') return (part.needed ? t.holdsBadge : t.lacksBadge)(names(part.badge));
  if (part.kind === 'sequence')
    return part.needed ? t.sequence(part.steps.length, part.withinDays) : t.noSequence(part.withinDays);
  const { unit } = measureInfo(part.measure);
  const actual = part.actual === null ? t.notMeasured : formatMeasured(locale, part.actual, unit);
  const needed = t.needed(bound(locale, part.is, part.needed, unit));
  return `${measureTitle(locale, part.measure, part.window)}: ${actual} (${needed})`;
}

/** What still lacks: `Active days in the last 28 days: 12 days, needs at least 15 days`. */
export function missingSentence(locale: Locale, missing: Missing, names: BadgeNames): string {
  const t = measureWords[locale];
  if (missing.kind === 'badge') return (missing.needed ? t.needsBadge : t.blockedBy)(names(missing.badge));
  if (missing.kind === 'pass') return t.pass(missing.withinDays);
  if (missing.kind === 'step') {
    const rest = missing.missing.map((part) => missingSentence(locale, part, names)).join('; ');
    return `${t.step(missing.step, missing.of)}: ${rest}`;
  }
  const { unit } = measureInfo(missing.measure);
  const actual = missing.actual === null ? t.notMeasured : formatMeasured(locale, missing.actual, unit);
  const needed = t.needed(bound(locale, missing.is, missing.needed, unit));
  return `${measureTitle(locale, missing.measure, missing.window)}: ${actual}, ${needed}`;
}
