export const locales = ['it', 'en'] as const;
export type Locale = (typeof locales)[number];

/** A room's words in every language: `it` must have exactly the keys of `en`. Values are strings or functions. */
export interface Words<T> {
  readonly en: T;
  readonly it: T;
}

/** Keeps the two languages of a dictionary to the same keys at compile time. */
export function words<T>(dictionary: Words<T>): Words<T> {
  return dictionary;
}

export function isLocale(value: unknown): value is Locale {
  return value === 'it' || value === 'en';
}

/** The first language of an Accept-Language header that we speak, or null. */
export function preferredLocale(header: string | null): Locale | null {
  for (const part of (header ?? '').split(',')) {
    const language = part.trim().slice(0, 2).toLowerCase();
    if (isLocale(language)) return language;
  }
  return null;
}

/** Made once: making one takes a hundred times as long as asking it. */
const pluralRules = { it: new Intl.PluralRules('it'), en: new Intl.PluralRules('en') };

/** Picks the plural form: `plural('it', 3, { one: '1 giorno', other: '3 giorni' })`. */
export function plural(
  locale: Locale,
  count: number,
  forms: { readonly one: string; readonly other: string },
): string {
  return pluralRules[locale].select(count) === 'one' ? forms.one : forms.other;
}
