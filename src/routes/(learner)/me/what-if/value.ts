import { formatChance, formatShare } from '#lib/i18n/format.ts';
import type { Locale } from '#lib/i18n/index.ts';

/** A chance or a progress in words. A rule that is met is no longer a chance. */
export function saidValue(locale: Locale, hasModel: boolean, value: number, isMet: boolean): string {
  return hasModel && !isMet ? formatChance(locale, value) : formatShare(locale, value);
}
