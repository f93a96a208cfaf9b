import type { SchoolDay } from '../activity/school-day.ts';
import type { Comparison, Criterion } from './badge.ts';
import {
  asksForMore,
  type BadgeLeaf,
  branchesOf,
  compare,
  groupOf,
  type MeasureLeaf,
  opposite,
  type Sequence,
} from './criterion.ts';

/** How a rule asks about one learner, as of the days before `before`. */
export interface Probe {
  /** NaN when it cannot be measured. */
  measure(id: string, window: number | null, before: SchoolDay): number;
  holds(badgeId: string, before: SchoolDay): boolean;
}

/** What a rule rests on: a condition, what it needed and what was there. Negations are already worked in. */
export type Evidence =
  | {
      readonly kind: 'measure';
      readonly path: string;
      readonly measure: string;
      readonly window: number | null;
      readonly is: Comparison;
      readonly needed: number;
      /** Null when it could not be measured. */
      readonly actual: number | null;
      readonly isMet: boolean;
    }
  | {
      readonly kind: 'badge';
      readonly path: string;
      readonly badge: string;
      readonly needed: boolean;
      readonly actual: boolean;
      readonly isMet: boolean;
    }
  | {
      readonly kind: 'sequence';
      readonly path: string;
      readonly withinDays: number;
      /** True when the sequence must have happened; false when it must not. */
      readonly needed: boolean;
      /** The first days on which the steps were met, one after the other; null for those still to come. */
      readonly steps: readonly (SchoolDay | null)[];
      readonly isMet: boolean;
    };

/** What is still needed: the shortest way, when a rule offers several. */
export type Missing =
  | {
      readonly kind: 'measure';
      readonly path: string;
      readonly measure: string;
      readonly window: number | null;
      readonly is: Comparison;
      readonly needed: number;
      readonly actual: number | null;
      /** How far `actual` is from `needed`, in the measure's unit; null when it could not be measured. */
      readonly gap: number | null;
    }
  | { readonly kind: 'badge'; readonly path: string; readonly badge: string; readonly needed: boolean }
  | {
      readonly kind: 'step';
      readonly path: string;
      /** The step that comes next, from 1. */
      readonly step: number;
      readonly of: number;
      readonly missing: readonly Missing[];
    }
  /** A sequence that must not have happened did, so many days ago at most: it only has to pass. */
  | { readonly kind: 'pass'; readonly path: string; readonly withinDays: number };

export interface Outcome {
  readonly met: boolean;
  readonly parts: readonly Evidence[];
  /** Empty exactly when met. */
  readonly missing: readonly Missing[];
  /** 0 to 1; 1 exactly when met. */
  readonly progress: number;
}

const almostThere = 0.99;

/** Judges a rule from the days before `before`. What cannot be measured is not met, and its negation neither. */
export function evaluateCriterion(criterion: Criterion, probe: Probe, before: SchoolDay): Outcome {
  return judge(criterion, false, 'criterion', probe, before);
}

/** The same verdict as evaluateCriterion's `met`, without evidence. */
export function isMet(criterion: Criterion, probe: Probe, before: SchoolDay, isNegated = false): boolean {
  if ('not' in criterion) return isMet(criterion.not, probe, before, !isNegated);
  const group = groupOf(criterion);
  if (group) {
    // A plain loop: a sequence asks this day after day.
    let open = neededOf(group.need, group.parts.length, isNegated);
    for (const part of group.parts) {
      if (open === 0) break;
      if (isMet(part, probe, before, isNegated)) open--;
    }
    return open === 0;
  }
  if ('measure' in criterion) return isMeasureMet(criterion, isNegated, probe, before);
  if ('holds' in criterion) return probe.holds(criterion.holds, before) !== isNegated;
  if ('sequence' in criterion) return hasHappened(criterion, isNegated, probe, before) !== isNegated;
  return false;
}

/** Not (at least n of k) is: at least k - n + 1 of their opposites. So negation always moves to the leaves. */
export function neededOf(need: number, count: number, isNegated: boolean): number {
  return isNegated ? count - need + 1 : need;
}

function judge(
  criterion: Criterion,
  isNegated: boolean,
  path: string,
  probe: Probe,
  before: SchoolDay,
): Outcome {
  if ('not' in criterion) return judge(criterion.not, !isNegated, `${path}.not`, probe, before);
  if ('measure' in criterion) return judgeMeasure(criterion, isNegated, path, probe, before);
  if ('holds' in criterion) return judgeBadge(criterion, isNegated, path, probe, before);
  if ('sequence' in criterion) return judgeSequence(criterion, isNegated, path, probe, before);
  const parts = branchesOf(criterion, path).map((branch) =>
    judge(branch.criterion, isNegated, branch.path, probe, before),
  );
  return joinParts(parts, neededOf(groupOf(criterion)?.need ?? 0, parts.length, isNegated));
}

/** At least `need` of the parts; what is missing is what the nearest of them still lack. */
function joinParts(parts: readonly Outcome[], need: number): Outcome {
  const evidence = parts.flatMap((part) => part.parts);
  const nearest = [...parts].sort((a, b) => b.progress - a.progress).slice(0, need);
  const met = nearest.every((part) => part.met);
  if (met) return { met, parts: evidence, missing: [], progress: 1 };
  const progress = nearest.reduce((sum, part) => sum + part.progress, 0) / nearest.length;
  return {
    met,
    parts: evidence,
    missing: parts.filter((part) => nearest.includes(part)).flatMap((part) => part.missing),
    progress: Math.min(almostThere, progress),
  };
}

function isMeasureMet(leaf: MeasureLeaf, isNegated: boolean, probe: Probe, before: SchoolDay): boolean {
  const is = isNegated ? opposite(leaf.is) : leaf.is;
  return compare(probe.measure(leaf.measure, leaf.window, before), is, leaf.value);
}

function judgeMeasure(
  { measure, window, is: asked, value: needed }: MeasureLeaf,
  isNegated: boolean,
  path: string,
  probe: Probe,
  before: SchoolDay,
): Outcome {
  const is = isNegated ? opposite(asked) : asked;
  const found = probe.measure(measure, window, before);
  const actual = Number.isNaN(found) ? null : found;
  const met = compare(found, is, needed);
  const part: Evidence = { kind: 'measure', path, measure, window, is, needed, actual, isMet: met };
  if (met) return { met, parts: [part], missing: [], progress: 1 };
  const gap = actual === null ? null : Math.abs(needed - actual);
  return {
    met,
    parts: [part],
    missing: [{ kind: 'measure', path, measure, window, is, needed, actual, gap }],
    progress: gap === null ? 0 : nearness(gap, needed, is, actual ?? 0),
  };
}

/**
 * From 0 to under 1, rising as the gap closes: `actual / needed` for counts, and the gap against the size of what
 * is needed for all else.
 */
function nearness(gap: number, needed: number, is: Comparison, actual: number): number {
  if (asksForMore(is) && needed > 0) return Math.min(almostThere, Math.max(0, actual / needed));
  const scale = needed === 0 ? 1 : Math.abs(needed);
  return Math.min(almostThere, 1 / (1 + gap / scale));
}

function judgeBadge(
  { holds: badge }: BadgeLeaf,
  isNegated: boolean,
  path: string,
  probe: Probe,
  before: SchoolDay,
): Outcome {
  const actual = probe.holds(badge, before);
  const met = actual !== isNegated;
  return {
    met,
    parts: [{ kind: 'badge', path, badge, needed: !isNegated, actual, isMet: met }],
    missing: met ? [] : [{ kind: 'badge', path, badge, needed: !isNegated }],
    progress: met ? 1 : 0,
  };
}

function judgeSequence(
  criterion: Sequence,
  isNegated: boolean,
  path: string,
  probe: Probe,
  before: SchoolDay,
): Outcome {
  const { withinDays } = criterion;
  const steps = firstDaysOfSteps(criterion, probe, before);
  const met = isNegated
    ? !hasHappened(criterion, isNegated, probe, before)
    : steps.every((day) => day !== null);
  const parts: Evidence[] = [{ kind: 'sequence', path, withinDays, needed: !isNegated, steps, isMet: met }];
  if (met) return { met, parts, missing: [], progress: 1 };
  if (isNegated) return { met, parts, missing: [{ kind: 'pass', path, withinDays }], progress: 0 };
  const done = steps.filter((day) => day !== null).length;
  const next = branchesOf(criterion, path)[done];
  if (!next) throw new Error(`${path}: expected a step after step ${done} of a sequence that is not met`);
  const ahead = judge(next.criterion, false, next.path, probe, before);
  const missing: Missing = { kind: 'step', path, step: done + 1, of: steps.length, missing: ahead.missing };
  return {
    met,
    parts: [...parts, ...ahead.parts],
    missing: [missing],
    progress: Math.min(almostThere, (done + ahead.progress) / steps.length),
  };
}

/**
 * True when the steps were met on rising days, the first and the last less than `withinDays` apart, all within the
 * `withinDays` days that end at `before`. For the negation, a step that may have been met counts as met: only what
 * surely did not happen counts as not happened.
 */
function hasHappened(
  { sequence, withinDays }: Sequence,
  isNegated: boolean,
  probe: Probe,
  before: SchoolDay,
): boolean {
  let step = 0;
  for (let day = before - withinDays + 1; day <= before && step < sequence.length; day++) {
    const criterion = sequence[step];
    if (criterion && isMet(criterion, probe, day, isNegated) !== isNegated) step++;
  }
  return step === sequence.length;
}

/** The earliest chain of steps in the days looked back, as the days whose activity completed each step. */
function firstDaysOfSteps(
  { sequence, withinDays }: Sequence,
  probe: Probe,
  before: SchoolDay,
): readonly (SchoolDay | null)[] {
  const days: SchoolDay[] = [];
  for (let day = before - withinDays + 1; day <= before && days.length < sequence.length; day++) {
    const criterion = sequence[days.length];
    if (criterion && isMet(criterion, probe, day)) days.push(day - 1);
  }
  return sequence.map((_, index) => days[index] ?? null);
}

/**
 * The first of the rising `days` on whose evening the rule is met, its own activity counted; null when on none.
 */
export function firstCrossing(
  criterion: Criterion,
  probe: Probe,
  days: Iterable<SchoolDay>,
): SchoolDay | null {
  for (const day of days) if (isMet(criterion, probe, day + 1)) return day;
  return null;
}
