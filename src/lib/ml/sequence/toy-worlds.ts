import { integerBelow, normal, type Random, seededRandom } from '../core/random.ts';
import type { SequenceExamples } from './fit.ts';

const channels = 2;

/**
 * A world in which only the order of weeks matters: every learner has the same weeks, and those at risk fade while the others
 * pick up. Sums, means, extremes and the weeks as a set say nothing.
 * @param weeks the longest; learners have between half of them and all
 */
export function orderWorld(learners: number, weeks: number, seed: number): SequenceExamples {
  const random = seededRandom(seed);
  return world(learners, weeks, random, (length, isAtRisk) => {
    const activity = Array.from({ length }, () => 1 + integerBelow(random, 20)).sort((a, b) => a - b);
    disturb(activity, random);
    return isAtRisk ? activity.reverse() : activity;
  });
}

/** A world in which weeks say nothing of the risk. */
export function silentWorld(learners: number, weeks: number, seed: number): SequenceExamples {
  const random = seededRandom(seed);
  return world(learners, weeks, random, (length) => Array.from({ length }, () => integerBelow(random, 20)));
}

/** A few neighbours change places: no two weeks alone tell the order. */
function disturb(activity: number[], random: Random): void {
  for (let swap = 0; swap < activity.length / 2; swap++) {
    const i = integerBelow(random, activity.length - 1);
    [activity[i], activity[i + 1]] = [activity[i + 1], activity[i]];
  }
}

function world(
  learners: number,
  weeks: number,
  random: Random,
  live: (length: number, isAtRisk: boolean) => number[],
): SequenceExamples {
  const labels = Uint8Array.from({ length: learners }, () => integerBelow(random, 2));
  const lengths = Int32Array.from(
    { length: learners },
    () => Math.ceil(weeks / 2) + integerBelow(random, weeks >> 1),
  );
  const values = new Float64Array(learners * weeks * channels).fill(NaN);
  const nextWeek = new Float64Array(learners);
  for (let learner = 0; learner < learners; learner++) {
    const activity = live(lengths[learner], labels[learner] === 1);
    activity.forEach((events, week) => {
      values.set([events, Math.abs(normal(random))], (learner * weeks + week) * channels);
    });
    nextWeek[learner] = activity[activity.length - 1];
  }
  return {
    weeks,
    channels,
    values,
    lengths,
    labels,
    nextWeek,
    learners: Int32Array.from({ length: learners }, (_, i) => i),
  };
}
