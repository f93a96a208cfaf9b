import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Probe } from '#lib/domain/badges/evaluate.ts';

/**
 * Measures once what several rules ask for, day by day. What is measured as of days up to `today` stays for good, since
 * nothing supposed can change it; all later days are forgotten when the next future begins.
 */
export interface MemoProbe extends Probe {
  /** From now on `probe` is asked. */
  begin(probe: Probe): void;
}

/** Days outside [from, end] are measured anew each time. */
export function memoProbe(from: SchoolDay, today: SchoolDay, end: SchoolDay): MemoProbe {
  const days = end - from + 1;
  const slots = new Map<string, Map<number | null, Float64Array>>();
  let present: Probe | null = null;
  const asked = (): Probe => {
    if (present) return present;
    throw new Error('probe: expected begin before the first question');
  };
  return {
    begin: (probe) => {
      present = probe;
      for (const windows of slots.values())
        for (const values of windows.values()) values.fill(unknown, today - from + 1);
    },
    holds: (badgeId, before) => asked().holds(badgeId, before),
    measure: (id, window, before) => {
      if (before < from || before > end) return asked().measure(id, window, before);
      const values = slotOf(slots, id, window, days);
      const known = values[before - from];
      if (known !== unknown) return known;
      return (values[before - from] = asked().measure(id, window, before));
    },
  };
}

/** No measure is infinite. */
const unknown = Infinity;

function slotOf(
  slots: Map<string, Map<number | null, Float64Array>>,
  id: string,
  window: number | null,
  days: number,
): Float64Array {
  let windows = slots.get(id);
  if (!windows) slots.set(id, (windows = new Map<number | null, Float64Array>()));
  let values = windows.get(window);
  if (!values) windows.set(window, (values = new Float64Array(days).fill(unknown)));
  return values;
}
