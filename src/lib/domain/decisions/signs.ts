import type { SchoolDay } from '../activity/school-day.ts';
import { median } from '../median.ts';
import type { DayQuality } from './day-quality.ts';
import type { Doubt } from './doubts.ts';

/** What speaks for or against an award that meets its rule. Shares run from 0 to 1. */
export interface Signs {
  /** Events of the window that the learner could have staged. */
  readonly watched: number;
  readonly burst: number;
  readonly speed: number;
  readonly repeat: number;
  readonly clockwork: number;
  readonly selfReported: number;
  /** Share of the timed events that fell into the one busiest half hour. */
  readonly concentration: number;
  /** Robust z of the busiest of the last seven days against the learner's own earlier days; null: too few of those. */
  readonly anomaly: number | null;
  /** Standard deviations by which the evidence passes the rule; null when no part of it has noise. */
  readonly margin: number | null;
  /** False: the rule fails once the doubtful events are left out. */
  readonly standsOnSound: boolean;
}

const recentDays = 7;
const ownPastDays = 56;
const fewestOwnDays = 10;
/** Makes the median absolute deviation comparable with a standard deviation. */
const madScale = 1.4826;
/** A spread below this (of log quantity) would make every day an outlier. */
const leastSpread = 0.35;

/** The signs of quality over days `from` to `before` - 1. `days` in order; margin and soundness come from the rule. */
export function qualitySigns(
  days: readonly DayQuality[],
  from: SchoolDay,
  before: SchoolDay,
): Omit<Signs, 'margin' | 'standsOnSound'> {
  const window = days.filter(({ day }) => day >= from && day < before);
  const sum = (value: (day: DayQuality) => number) => window.reduce((total, day) => total + value(day), 0);
  const watched = sum((day) => day.watched);
  const timed = sum((day) => day.timed);
  const share = (doubt: Doubt) => (watched === 0 ? 0 : sum((day) => day.doubtCounts[doubt]) / watched);
  return {
    watched,
    burst: share('burst'),
    speed: share('speed'),
    repeat: share('repeat'),
    clockwork: share('clockwork'),
    selfReported: watched === 0 ? 0 : sum((day) => day.selfReported) / watched,
    concentration: timed === 0 ? 0 : Math.max(...window.map((day) => day.busiestHalfHour)) / timed,
    anomaly: ownAnomaly(days, before),
  };
}

/** How far the busiest recent day stands above the learner's own past, on the log scale. */
function ownAnomaly(days: readonly DayQuality[], before: SchoolDay): number | null {
  const edge = before - recentDays;
  const logs = (from: SchoolDay, to: SchoolDay) =>
    days.filter(({ day }) => day >= from && day < to).map(({ quantity }) => Math.log1p(quantity));
  const past = logs(edge - ownPastDays, edge);
  const recent = logs(edge, before);
  if (past.length < fewestOwnDays || recent.length === 0) return null;
  const middle = median(past);
  const spread = madScale * median(past.map((value) => Math.abs(value - middle)));
  return (Math.max(...recent) - middle) / Math.max(spread, leastSpread);
}

/** Days before `before` that the signs of a rule with this longest window need. */
export function daysNeeded(longestWindow: number): number {
  return Math.max(longestWindow, recentDays + ownPastDays);
}
