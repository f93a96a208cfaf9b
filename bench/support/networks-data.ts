import { integerBelow, normal, type Random, seededRandom } from '#lib/ml/core/random.ts';
import type { Examples } from '#lib/ml/neural/index.ts';

// Numbers to learn from, the same for all who learn, with something in them to be learnt.

export const weeks = 20;
export const channels = 16;

/** Learners week by week, with two targets each: whether they were at risk, and how active the week after was. */
export interface SequenceRows extends Examples {
  readonly targets: Float32Array;
}

/** A hidden mood drifts from week to week and colours the channels; the risk hangs on how low and how restless it was. */
export function sequenceRows(count: number, seed: number): SequenceRows {
  const world = seededRandom(1);
  const colours = Array.from({ length: 2 * channels }, () => normal(world));
  const random = seededRandom(seed);
  const inputs = new Float32Array(count * weeks * channels);
  const targets = new Float32Array(2 * count);
  for (let row = 0; row < count; row++) {
    const habit = normal(random);
    let mood = habit;
    let [height, unrest] = [0, 0];
    for (let week = 0; week < weeks; week++) {
      mood = 0.85 * mood + 0.5 * normal(random);
      height += mood / weeks;
      unrest += Math.abs(mood) / weeks;
      const first = (row * weeks + week) * channels;
      for (let channel = 0; channel < channels; channel++)
        inputs[first + channel] =
          colours[channel] * mood + colours[channels + channel] * habit + 0.8 * normal(random);
    }
    const margin = 3 * (unrest - 0.8) - 3 * height;
    targets[2 * row] = Number(random() < 1 / (1 + Math.exp(-margin)));
    targets[2 * row + 1] = Math.tanh(height) + 0.3 * normal(random);
  }
  return { inputs, targets };
}

/** Rows of `width` numbers that lie near a curved sheet of few dimensions, between −1 and 1. */
export function sheetRows(
  count: number,
  width: number,
  dimensions: number,
  noise: number,
  seed: number,
): Float32Array {
  const random = seededRandom(seed);
  const directions = Array.from({ length: dimensions * width }, () => normal(random));
  const rows = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    const point = Array.from({ length: dimensions }, () => normal(random));
    for (let j = 0; j < width; j++) {
      const sum = point.reduce((total, value, d) => total + value * directions[d * width + j], 0);
      rows[row * width + j] = Math.tanh(sum) + noise * normal(random);
    }
  }
  return rows;
}

/** Images of height × width × 3 numbers: a blob of one colour somewhere on a ground of another. */
export function blobImages(count: number, side: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const images = new Float32Array(count * side * side * 3);
  let at = 0;
  for (let image = 0; image < count; image++) {
    const [x0, y0] = [0, 1].map(() => side * (0.3 + 0.4 * random()));
    const radius = side * (0.15 + 0.15 * random());
    const [ground, colour] = [0, 1].map(() => Array.from({ length: 3 }, () => 1.6 * random() - 0.8));
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        for (let channel = 0; channel < 3; channel++) {
          const share = Math.exp(-(((x - x0) ** 2 + (y - y0) ** 2) / radius ** 2));
          images[at++] = share * colour[channel] + (1 - share) * ground[channel];
        }
  }
  return images;
}

/** Images with channels first, as PyTorch likes them. */
export function channelsFirst(images: Float32Array, side: number): Float32Array {
  const pixels = side * side;
  return images.map((_, i) => {
    const [image, channel, pixel] = [Math.floor(i / (3 * pixels)), Math.floor(i / pixels) % 3, i % pixels];
    return images[image * 3 * pixels + pixel * 3 + channel];
  });
}

export const users = 10_000;
export const badges = 500;

export interface GraphEdges {
  /** Pairs of a user's node and a badge's node, each pair once. */
  readonly edges: Int32Array;
  /** Edges left out, each with a badge drawn at random: user, badge, other. */
  readonly fresh: Int32Array;
}

/** Who earned what: users and badges have tastes, and match more often where these meet. */
export function graphEdges(seed: number): GraphEdges {
  const random = seededRandom(seed);
  const tastes = Array.from({ length: 4 * (users + badges) }, () => normal(random));
  const popularity = Array.from({ length: badges }, () => 0.8 * normal(random));
  const [edges, fresh]: number[][] = [[], []];
  for (let user = 0; user < users; user++) {
    for (const badge of earnedBy(user, tastes, popularity, random)) {
      const node = users + badge;
      if (random() < 0.05) fresh.push(user, node, users + integerBelow(random, badges));
      else edges.push(user, node);
    }
  }
  return { edges: Int32Array.from(edges), fresh: Int32Array.from(fresh) };
}

function earnedBy(
  user: number,
  tastes: readonly number[],
  popularity: readonly number[],
  random: Random,
): number[] {
  const earned: number[] = [];
  for (let badge = 0; badge < badges; badge++) {
    let margin = popularity[badge] - 4.94;
    for (let d = 0; d < 4; d++) margin += tastes[4 * user + d] * tastes[4 * (users + badge) + d];
    if (random() < 1 / (1 + Math.exp(-margin))) earned.push(badge);
  }
  return earned;
}
