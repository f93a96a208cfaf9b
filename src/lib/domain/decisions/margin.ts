import type { Evidence } from '../badges/evaluate.ts';
import type { Unit } from '../features/feature.ts';

type MeasurePart = Extract<Evidence, { readonly kind: 'measure' }>;

/**
 * By how many standard deviations the evidence passes its rule: the least over the conditions that are met. Counts
 * vary like a Poisson draw, shares of days like a binomial one; other units carry no noise of their own and are left
 * out. Null when nothing is left.
 */
export function marginOf(parts: readonly Evidence[], unitOf: (measure: string) => Unit): number | null {
  const margins = parts.flatMap((part) => {
    if (part.kind !== 'measure' || !part.isMet || part.actual === null) return [];
    const noise = noiseOf(part, part.actual, unitOf(part.measure));
    return noise === null ? [] : [Math.abs(part.actual - part.needed) / noise];
  });
  return margins.length === 0 ? null : Math.min(...margins);
}

const counts: ReadonlySet<Unit> = new Set(['events', 'days', 'weeks', 'kinds']);
const usualWindow = 28;

function noiseOf(part: MeasurePart, actual: number, unit: Unit): number | null {
  if (counts.has(unit)) return Math.sqrt(Math.max(1, Math.abs(actual)));
  if (unit !== 'share') return null;
  const days = part.window ?? usualWindow;
  // One day more than was seen on either side: a share of 0 or 1 is not free of noise.
  const share = (actual * days + 1) / (days + 2);
  return Math.sqrt((share * (1 - share)) / days);
}
