import type { SchoolDay } from '../activity/school-day.ts';
import type { Criterion } from '../badges/badge.ts';
import { firstCrossing, isMet, type Probe } from '../badges/evaluate.ts';

/** The first of the days `from` to `today` on which the rule was met; null when on none. */
export function crossingSince(
  criterion: Criterion,
  probe: Probe,
  from: SchoolDay,
  today: SchoolDay,
): SchoolDay | null {
  return firstCrossing(criterion, probe, daysBetween(from, today));
}

/**
 * The first day after `since`, up to `today`, on which the rule was met and on the day before was not. What a person
 * refused stays refused as long as the rule simply goes on being met.
 */
export function freshCrossing(
  criterion: Criterion,
  probe: Probe,
  since: SchoolDay,
  today: SchoolDay,
): SchoolDay | null {
  let wasMet = isMet(criterion, probe, since + 1);
  for (const day of daysBetween(since + 1, today)) {
    const met = isMet(criterion, probe, day + 1);
    if (met && !wasMet) return day;
    wasMet = met;
  }
  return null;
}

function daysBetween(first: SchoolDay, last: SchoolDay): SchoolDay[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
