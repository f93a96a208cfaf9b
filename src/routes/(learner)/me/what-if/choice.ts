import { type SchoolDay, weekStart } from '#lib/domain/activity/school-day.ts';
import { type Deed, type DeedBound, deedKinds, type Deeds } from '#lib/domain/what-if/deeds.ts';

/** The times by which a learner may suppose to have done something. */
export const bys = ['sunday', 'two-weeks', 'four-weeks'] as const;
export type By = (typeof bys)[number];

/** Long enough to change something, whatever day it is. */
const usualBy: By = 'two-weeks';

/** What is wrong with a form that was sent. */
export type Problem =
  | { readonly kind: 'time'; readonly value: string }
  | { readonly kind: 'bounds'; readonly bound: DeedBound; readonly value: string }
  | { readonly kind: 'not possible'; readonly deed: Deed };

export interface Choice {
  readonly by: By;
  readonly deeds: Deeds;
  readonly problems: readonly Problem[];
}

/** What may be chosen up to a day, left out, and what is usual; see Preview. */
export interface Offer {
  readonly today: SchoolDay;
  bounds(until: SchoolDay): readonly DeedBound[];
  usual(until: SchoolDay): Deeds;
}

/** The first day left out. `today`: the first day not known yet. */
export function untilOf(by: By, today: SchoolDay): SchoolDay {
  if (by === 'sunday') return weekStart(today) + 7;
  return today + (by === 'two-weeks' ? 14 : 28);
}

/** What the address asks for. A field that is not there is as usual, an empty one is not done, a wrong one is named. */
export function readChoice(asked: URLSearchParams, offer: Offer): Choice {
  const time = asked.get('by') ?? usualBy;
  const by = bys.find((one) => one === time) ?? usualBy;
  const until = untilOf(by, offer.today);
  const bounds = offer.bounds(until);
  const deeds: Partial<Record<Deed, number>> = { ...offer.usual(until) };
  const problems: Problem[] = by === time ? [] : [{ kind: 'time', value: time }];
  for (const deed of deedKinds) {
    const value = asked.get(deed)?.trim();
    if (value === undefined) continue;
    const bound = bounds.find((one) => one.deed === deed);
    const amount = value === '' ? undefined : Number(value);
    if (amount === undefined || (amount === 0 && !bound)) delete deeds[deed];
    else if (!bound) problems.push({ kind: 'not possible', deed });
    else if (isWithin(amount, bound)) deeds[deed] = amount;
    else problems.push({ kind: 'bounds', bound, value });
  }
  return { by, deeds, problems };
}

/** The same deeds as far as they are possible: bounds move when a day passes or work is handed in. */
export function fitted(deeds: Deeds, bounds: readonly DeedBound[]): Deeds {
  return Object.fromEntries(
    bounds.flatMap(({ deed, least, most }) => {
      const amount = deeds[deed];
      return amount === undefined ? [] : [[deed, Math.min(most, Math.max(least, amount))]];
    }),
  );
}

function isWithin(amount: number, { least, most, step }: DeedBound): boolean {
  return amount >= least && amount <= most && Number.isInteger((amount - least) / step);
}
