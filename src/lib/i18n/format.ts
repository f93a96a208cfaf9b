import type { Locale } from './index.ts';

// Time zones are always named, so that server and browser write the same text.

const numberFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function numberFormat(locale: Locale, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  const known = numberFormats.get(key) ?? new Intl.NumberFormat(locale, options);
  numberFormats.set(key, known);
  return known;
}

function dateFormat(locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const known = dateFormats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  dateFormats.set(key, known);
  return known;
}

/** `digits`: the most decimals shown, 0 unless told. */
export function formatNumber(locale: Locale, value: number, digits = 0): string {
  return numberFormat(locale, { maximumFractionDigits: digits }).format(value);
}

/** A share of 0 to 1 as a percentage. `digits`: the most decimals shown, 0 unless told. */
export function formatShare(locale: Locale, share: number, digits = 0): string {
  return numberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(share);
}

/** A model's probability as a percentage: never a certainty, so `<1%` and `>99%` at the ends. */
export function formatChance(locale: Locale, chance: number): string {
  if (chance < 0.01) return `<${formatShare(locale, 0.01)}`;
  return chance > 0.99 ? `>${formatShare(locale, 0.99)}` : formatShare(locale, chance);
}

/** A calendar date written yyyy-mm-dd, such as `12 Mar 2026`. */
export function formatDay(locale: Locale, day: string): string {
  const options = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return dateFormat(locale, options).format(new Date(`${day}T00:00:00Z`));
}

/** A calendar date without its year, for the labels of charts. */
export function formatShortDay(locale: Locale, day: string): string {
  const options = { day: 'numeric', month: 'short', timeZone: 'UTC' } as const;
  return dateFormat(locale, options).format(new Date(`${day}T00:00:00Z`));
}

/** The month of a calendar date, such as `Mar 2026`. */
export function formatMonth(locale: Locale, day: string): string {
  const options = { month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return dateFormat(locale, options).format(new Date(`${day}T00:00:00Z`));
}

/** An instant as date and time on the school's clock. */
export function formatMoment(locale: Locale, at: Date, timeZone: string): string {
  return dateFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at);
}

export function formatDayOf(locale: Locale, at: Date, timeZone: string): string {
  return dateFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone }).format(at);
}
