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

/** All other learners with the snapshot on which each stood nearest to a place, the nearest first; of equals the smaller id. */
export function othersByDistance(
  places: PastPlaces,
  from: ArrayLike<number>,
  exceptLearner: number,
): Neighbour[] {
  const nearest: Neighbour[] = [];
  let last: Neighbour | null = null;
  for (let i = 0; i < places.days.length; i++) {
    const learnerId = places.learnerIds[i];
    if (learnerId === exceptLearner) continue;
    const distance = squaredDistance(places, i, from);
    const found: Neighbour = { learnerId, before: places.days[i], distance };
    if (last?.learnerId === learnerId) {
      if (distance < last.distance) last = nearest[nearest.length - 1] = found;
    } else {
      last = found;
      nearest.push(found);
    }
  }
  return nearest.sort((a, b) => a.distance - b.distance || a.learnerId - b.learnerId);
}

function squaredDistance({ values, width }: PastPlaces, snapshot: number, from: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += (values[snapshot * width + k] - from[k]) ** 2;
  return sum;
}
