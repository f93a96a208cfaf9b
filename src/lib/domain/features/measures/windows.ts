import type { WindowRule } from '../feature.ts';

interface Windows {
  readonly windowed: boolean;
  readonly windows: WindowRule | null;
}

const longest = 1096;

/** Any number of days up to three years, or the whole past. */
export const anyPast: Windows = { windowed: true, windows: { shortest: 1, longest, takesWholePast: true } };

/** No window: the measure says how things stand at its day. */
export const atDay: Windows = { windowed: false, windows: null };

/** At least so many days, never the whole past. */
export function daysFrom(shortest: number): Windows {
  return { windowed: true, windows: { shortest, longest, takesWholePast: false } };
}
