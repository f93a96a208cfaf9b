import { engagementLevels } from './levels.ts';
import type { ClassLearner } from './class-page.ts';

export const sortKeys = ['name', 'level', 'trend', 'risk', 'badges', 'active'] as const;
export type SortKey = (typeof sortKeys)[number];

export interface SortOrder {
  readonly by: SortKey;
  readonly direction: 'ascending' | 'descending';
}

/** The order in a page's address; who needs attention first unless told. */
export function sortOrderIn(search: URLSearchParams): SortOrder {
  const by = sortKeys.find((key) => key === search.get('sort')) ?? 'risk';
  const wanted = search.get('order');
  if (wanted === 'ascending' || wanted === 'descending') return { by, direction: wanted };
  return { by, direction: by === 'name' ? 'ascending' : 'descending' };
}

/** Learners in this order; those without a value come last in both directions. */
export function inOrder(learners: readonly ClassLearner[], { by, direction }: SortOrder): ClassLearner[] {
  const sign = direction === 'ascending' ? 1 : -1;
  if (by === 'name') return learners.toSorted((a, b) => sign * a.name.localeCompare(b.name));
  const value = valueOf[by];
  return learners.toSorted((a, b) => {
    const left = value(a);
    const right = value(b);
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (left - right) || a.name.localeCompare(b.name);
  });
}

const valueOf: Readonly<Record<Exclude<SortKey, 'name'>, (learner: ClassLearner) => number | null>> = {
  level: ({ level }) => (level ? engagementLevels.indexOf(level.level) : null),
  trend: ({ weeks }) => trendOf(weeks),
  risk: ({ risk }) => risk?.chance ?? null,
  badges: ({ badges }) => badges,
  active: ({ quietDays }) => (quietDays === null ? null : -quietDays),
};

/** Change from the first half of the weeks to the second, against their sum: -1 to 1; null without activity. */
export function trendOf(weeks: readonly number[]): number | null {
  const half = weeks.length >> 1;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const before = sum(weeks.slice(0, half));
  const after = sum(weeks.slice(half));
  return before + after === 0 ? null : (after - before) / (after + before);
}
