import type { SchoolDay } from '#lib/domain/activity/school-day.ts';

/** Where learners stood on past days: snapshots one after another, those of a learner side by side. */
export interface PastPlaces {
  readonly learnerIds: Int32Array;
  /** From the days before these. */
  readonly days: Int32Array;
  /** Snapshots × width. */
  readonly values: Float32Array;
  readonly width: number;
}

/** A learner as of the day on which they stood nearest. */
export interface Neighbour {
  readonly learnerId: number;
  readonly before: SchoolDay;
  /** Squared. */
  readonly distance: number;
}

/** How far every snapshot is from a place, squared. */
export function distancesFrom({ days, values, width }: PastPlaces, from: ArrayLike<number>): Float64Array {
  return Float64Array.from(days, (_, snapshot) => {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += (values[snapshot * width + k] - from[k]) ** 2;
    return sum;
  });
}

/**
 * Learners with the snapshot on which each stood nearest, the nearest first; of equals the smaller id.
 * @param lastDayOf of a learner the last day whose snapshot counts; −∞ for a learner who does not
 */
export function nearestFirst(
  { learnerIds, days }: PastPlaces,
  distances: Float64Array,
  lastDayOf: (learnerId: number) => SchoolDay,
): Neighbour[] {
  const nearest: Neighbour[] = [];
  for (let start = 0; start < days.length;) {
    const learnerId = learnerIds[start];
    const lastDay = lastDayOf(learnerId);
    let found = -1;
    let next = start;
    for (; learnerIds[next] === learnerId; next++) {
      if (days[next] <= lastDay && (found < 0 || distances[next] < distances[found])) found = next;
    }
    if (found >= 0) nearest.push({ learnerId, before: days[found], distance: distances[found] });
    start = next;
  }
  return nearest.sort((a, b) => a.distance - b.distance || a.learnerId - b.learnerId);
}
