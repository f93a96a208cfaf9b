import type { Comparison, Criterion } from './badge.ts';

export type MeasureLeaf = Extract<Criterion, { readonly measure: string }>;
export type BadgeLeaf = Extract<Criterion, { readonly holds: string }>;
export type Sequence = Extract<Criterion, { readonly sequence: readonly Criterion[] }>;

export const comparisons = ['at-least', 'at-most', 'more-than', 'less-than'] as const;

const opposites: Readonly<Record<Comparison, Comparison>> = {
  'at-least': 'less-than',
  'less-than': 'at-least',
  'at-most': 'more-than',
  'more-than': 'at-most',
};

/** The comparison that holds exactly where `is` does not. */
export function opposite(is: Comparison): Comparison {
  return opposites[is];
}

/** False for NaN: what could not be measured meets no comparison, nor its opposite. */
export function compare(actual: number, is: Comparison, value: number): boolean {
  if (is === 'at-least') return actual >= value;
  if (is === 'at-most') return actual <= value;
  return is === 'more-than' ? actual > value : actual < value;
}

/** True when more is better for this comparison. */
export function asksForMore(is: Comparison): boolean {
  return is === 'at-least' || is === 'more-than';
}

/** A part of a criterion and where it stands in it. */
export interface Branch {
  readonly path: string;
  readonly criterion: Criterion;
}

/** The parts right below `criterion`, with their paths. */
export function branchesOf(criterion: Criterion, path = 'criterion'): readonly Branch[] {
  const list = (name: string, parts: readonly Criterion[]) =>
    parts.map((part, index) => ({ path: `${path}.${name}[${index}]`, criterion: part }));
  if ('all' in criterion) return list('all', criterion.all);
  if ('any' in criterion) return list('any', criterion.any);
  if ('of' in criterion) return list('of', criterion.of);
  if ('sequence' in criterion) return list('sequence', criterion.sequence);
  return 'not' in criterion ? [{ path: `${path}.not`, criterion: criterion.not }] : [];
}

/** The measures and held badges a criterion rests on, in reading order. */
export function leavesOf(criterion: Criterion): readonly (MeasureLeaf | BadgeLeaf)[] {
  if ('measure' in criterion || 'holds' in criterion) return [criterion];
  return branchesOf(criterion).flatMap((branch) => leavesOf(branch.criterion));
}

/** How many days its sequences look back, one within the other; 0 without any. */
export function daysOfSequences(criterion: Criterion): number {
  const inner = branchesOf(criterion).map((branch) => daysOfSequences(branch.criterion));
  return Math.max(0, ...inner) + ('sequence' in criterion ? criterion.withinDays : 0);
}

/** The badges that must be held, or must not, for the criterion to be judged. */
export function badgesNamedIn(criterion: Criterion): ReadonlySet<string> {
  return new Set(leavesOf(criterion).flatMap((leaf) => ('holds' in leaf ? [leaf.holds] : [])));
}

/** `all`, `any` and `atLeast` are one thing: so many of these parts. Null for any other criterion. */
export function groupOf(
  criterion: Criterion,
): { readonly need: number; readonly parts: readonly Criterion[] } | null {
  if ('all' in criterion) return { need: criterion.all.length, parts: criterion.all };
  if ('any' in criterion) return { need: 1, parts: criterion.any };
  return 'of' in criterion ? { need: criterion.atLeast, parts: criterion.of } : null;
}
