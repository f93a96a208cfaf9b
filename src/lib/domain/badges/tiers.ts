import type { SchoolDay } from '../activity/school-day.ts';
import { type LearnerHistory, type MeasureContext, measureInfo, recordsBefore } from '../features/index.ts';
import type { Unit } from '../features/feature.ts';
import type { Badge, Criterion } from './badge.ts';
import { asksForMore, branchesOf, compare, groupOf, type MeasureLeaf } from './criterion.ts';
import { isMet, type Probe } from './evaluate.ts';
import { risesOnlyByRecords } from './quiet-days.ts';
import { type CrossingSpan, historyProbe } from './retroactive.ts';

/**
 * The condition whose threshold the school's own data sets: the first of a rule, which is either the whole rule or
 * the first part of its `all`.
 * @throws RangeError when the rule has no such condition.
 */
export function tunedLeaf(criterion: Criterion): MeasureLeaf {
  const leaf = findTunedLeaf(criterion);
  if (leaf) return leaf;
  throw new RangeError('criterion: expected a measure, alone or first in all, to set its threshold');
}

function findTunedLeaf(criterion: Criterion): MeasureLeaf | null {
  const first = 'all' in criterion ? criterion.all[0] : criterion;
  return first && 'measure' in first ? first : null;
}

/** Whether a rule is another one with its tuned threshold moved, and nothing else. */
export function isSameButThreshold(criterion: Criterion, other: Criterion): boolean {
  const leaf = findTunedLeaf(other);
  if (!leaf || !findTunedLeaf(criterion)) return false;
  return JSON.stringify(withThreshold(criterion, leaf.value)) === JSON.stringify(other);
}

/** The same rule with another threshold on its tuned condition. */
export function withThreshold(criterion: Criterion, value: number): Criterion {
  const leaf = { ...tunedLeaf(criterion), value };
  return 'all' in criterion ? { all: [leaf, ...criterion.all.slice(1)] } : leaf;
}

/** True when no quiet day can bring what the rule lacks, nor raise what it measures. */
function waitsForRecords(criterion: Criterion): boolean {
  if ('measure' in criterion) {
    return criterion.value > 0 && asksForMore(criterion.is) && risesOnlyByRecords.has(criterion.measure);
  }
  if (!groupOf(criterion)) return false;
  return branchesOf(criterion).every((branch) => waitsForRecords(branch.criterion));
}

const holdsNothing: Probe['holds'] = () => false;

/**
 * The best the learner ever reached on the tuned condition, on a day when the rest of the rule was met; NaN when on
 * none. The learner reaches the rule at a threshold exactly when this peak does.
 */
export function peakOf(
  criterion: Criterion,
  history: LearnerHistory,
  context: MeasureContext,
  span: CrossingSpan,
): number {
  const leaf = tunedLeaf(criterion);
  const rest: Criterion | null = 'all' in criterion ? { all: criterion.all.slice(1) } : null;
  const probe = historyProbe(history, context, holdsNothing);
  const canSkip = waitsForRecords(criterion);
  let peak = NaN;
  for (let day = Math.max(span.from, history.from); day < Math.min(span.before, history.before); day++) {
    if (canSkip && !hasRecord(history, day)) continue;
    const value = probe.measure(leaf.measure, leaf.window, day + 1);
    const isBetter = asksForMore(leaf.is) ? value > peak : value < peak;
    if ((isBetter || (Number.isNaN(peak) && !Number.isNaN(value))) && (!rest || isMet(rest, probe, day + 1)))
      peak = value;
  }
  return peak;
}

function hasRecord(history: LearnerHistory, day: SchoolDay): boolean {
  return recordsBefore(history, day + 1) > recordsBefore(history, day);
}

/** The share of all learners that a badge is meant for. */
export interface TierGoal {
  readonly badge: Badge;
  /** 0 to 1, both excluded. */
  readonly share: number;
  /** The threshold its maker gave it, for a school nobody knows yet. */
  readonly designed: number;
}

export interface FittedTier {
  readonly badge: Badge;
  readonly share: number;
  /** The share of learners that reached the fitted badge on the history it was fitted on. */
  readonly reached: number;
  /** The threshold before. */
  readonly was: number;
  /** False: no learner's history offers a threshold for this tier; it stays, or stays ahead of the tier before. */
  readonly isFitted: boolean;
}

/**
 * Sets each goal's threshold to the round value whose share of learners is nearest to the one wanted. Within a
 * series every tier is harder than the one before.
 * @param peaks by badge: peakOf for every learner, NaN included, in any order.
 */
export function fitTiers(
  goals: readonly TierGoal[],
  peaks: ReadonlyMap<string, ArrayLike<number>>,
): readonly FittedTier[] {
  const last = new Map<string, number>();
  return goals
    .toSorted((a, b) => a.badge.tier - b.badge.tier)
    .map((goal) => {
      const { series, id, criterion } = goal.badge;
      const fitted = fitTier(goal, peaks.get(id) ?? [], series === null ? undefined : last.get(series));
      if (series !== null) last.set(series, tunedLeaf(fitted.badge.criterion).value);
      return { ...fitted, was: tunedLeaf(criterion).value };
    });
}

function fitTier(
  { badge, share, designed }: TierGoal,
  peaks: ArrayLike<number>,
  previous: number | undefined,
): Omit<FittedTier, 'was'> {
  if (!(share > 0 && share < 1))
    throw new RangeError(`${badge.id}: expected a share between 0 and 1, got ${share}`);
  const leaf = tunedLeaf(badge.criterion);
  const reachedAt = (value: number) => shareReaching(peaks, leaf, value);
  const harder = roundValues(peaks, leaf).filter(
    (value) =>
      isHardEnough(value, designed, leaf) && (previous === undefined || isHarder(value, previous, leaf)),
  );
  if (harder.length === 0) {
    const kept = keptValue(leaf, previous);
    return { badge: badgeAt(badge, kept), share, reached: reachedAt(kept), isFitted: false };
  }
  const miss = (value: number) => Math.abs(reachedAt(value) - share);
  // A tie goes to the lower threshold, whatever the last bits of the shares say.
  const value = harder.reduce((best, other) => (miss(other) < miss(best) - 1e-9 ? other : best));
  return { badge: badgeAt(badge, value), share, reached: reachedAt(value), isFitted: true };
}

function badgeAt(badge: Badge, value: number): Badge {
  return { ...badge, criterion: withThreshold(badge.criterion, value) };
}

/** The threshold as it is, moved only where the tier before has caught up with it. */
function keptValue(leaf: MeasureLeaf, previous: number | undefined): number {
  if (previous === undefined || isHarder(leaf.value, previous, leaf)) return leaf.value;
  const step = stepOf(unitOf(leaf), Math.abs(previous));
  return Number((previous + (asksForMore(leaf.is) ? step : -step)).toFixed(6));
}

function unitOf({ measure }: MeasureLeaf): Unit {
  return measureInfo(measure).unit;
}

/**
 * Never easier than half of what the badge asks of any school (twice, for what should be low): a school where nobody
 * helps anybody must not get a badge for helping once.
 */
function isHardEnough(value: number, designed: number, { is }: MeasureLeaf): boolean {
  if (designed <= 0) return true;
  return asksForMore(is) ? value >= designed / 2 : value <= designed * 2;
}

function isHarder(value: number, previous: number, leaf: MeasureLeaf): boolean {
  return asksForMore(leaf.is) ? value > previous : value < previous;
}

function shareReaching(peaks: ArrayLike<number>, leaf: MeasureLeaf, value: number): number {
  if (peaks.length === 0) return 0;
  let count = 0;
  for (let i = 0; i < peaks.length; i++) if (compare(peaks[i], leaf.is, value)) count++;
  return count / peaks.length;
}

/** The hardest round threshold that each peak still reaches: between two of these the share does not change. */
function roundValues(peaks: ArrayLike<number>, leaf: MeasureLeaf): readonly number[] {
  const unit = unitOf(leaf);
  const isMore = asksForMore(leaf.is);
  const values = new Set<number>();
  for (let i = 0; i < peaks.length; i++) {
    const value = roundTo(peaks[i], stepOf(unit, Math.abs(peaks[i])), isMore);
    // A threshold of 0 or less would reward being there.
    if (Number.isFinite(value) && (!isMore || value > 0)) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function roundTo(value: number, step: number, isDown: boolean): number {
  const steps = isDown ? Math.floor(value / step + 1e-9) : Math.ceil(value / step - 1e-9);
  return Number((steps * step).toFixed(6));
}

const steps: Readonly<Partial<Record<Unit, number>>> = {
  'points/week': 0.5,
  'events/week': 0.5,
  'events/day': 0.5,
  ratio: 0.1,
  bits: 0.1,
};

const counted: ReadonlySet<Unit> = new Set(['events', 'sessions', 'hours']);

/** Thresholds people can keep in mind: whole numbers, and for counts rounder ones as they grow. */
function stepOf(unit: Unit, value: number): number {
  if (unit === 'share') return value < 0.2 ? 0.01 : 0.05;
  if (!counted.has(unit) || value < 60) return steps[unit] ?? 1;
  return value < 200 ? 5 : value < 1000 ? 10 : 50;
}
