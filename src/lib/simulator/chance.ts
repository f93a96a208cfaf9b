import { normal, type Random, seededRandom } from '#lib/ml/core/random.ts';

/** A stream of its own for one purpose: (seed, what, who, when). No stream has to be saved to go on later. */
export function streamOf(seed: number, ...parts: readonly number[]): Random {
  let mixed = seed | 0;
  for (const part of parts) {
    mixed = Math.imul(mixed ^ (part + 0x7f4a7c15), 0x2c1b3c6d);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0x297a2d39);
    mixed ^= mixed >>> 16;
  }
  return seededRandom(mixed | 0);
}

export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low);
}

export function wholeBetween(random: Random, low: number, high: number): number {
  return Math.floor(between(random, low, high + 1));
}

export function gaussian(random: Random, mean: number, deviation: number): number {
  return mean + deviation * normal(random);
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const chosen = from[Math.floor(random() * from.length)];
  if (chosen === undefined) throw new RangeError('pick: expected a list with at least one entry');
  return chosen;
}

/** An index drawn in proportion to its weight; weights are at least 0 and not all 0. */
export function pickIndex(random: Random, weights: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i] ?? 0;
  let left = random() * total;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i] ?? 0;
    if (left < 0) return i;
  }
  return weights.length - 1;
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
