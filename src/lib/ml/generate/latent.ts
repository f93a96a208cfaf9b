import { normal, seededRandom } from '../core/random.ts';
import { blockStarts, chosenCodes, logLikelihood } from './choices.ts';

/** What a generator says of latent points: points × latent in, points × width out. */
export type Decode = (points: Float32Array) => Float32Array;

/** What is known of a generator without asking how it runs. */
export interface LatentSpace {
  readonly latent: number;
  readonly blocks: readonly number[];
  readonly decode: Decode;
}

/** A direction of the latent space of length 1, and how much of what it changes lies in each block; the shares add up to 1. */
export interface Direction {
  readonly axis: readonly number[];
  readonly shares: readonly number[];
}

/**
 * The directions along which the generator's answers change most, the strongest first: the right singular vectors of the
 * linear map that fits its answers best at normal latent points. They stand at right angles.
 * @see Härkönen et al. 2020, GANSpace: discovering interpretable GAN controls (here by regression on the latent itself)
 */
export function principalDirections(
  { latent, blocks, decode }: LatentSpace,
  { count, samples, seed }: { readonly count: number; readonly samples: number; readonly seed: number },
): readonly Direction[] {
  if (!(Number.isInteger(count) && count >= 1 && count <= latent))
    throw new RangeError(`count: expected 1 to ${latent}, got ${count}`);
  const points = drawPoints(samples, latent, seed);
  const answers = centredInBlocks(decode(points), blocks);
  const slopes = slopesOf(points, answers, latent, samples);
  const axes = leadingAxes(slopes, latent, count);
  return axes.map((axis) => ({ axis, shares: blockShares(slopes, axis, blocks) }));
}

/** `count` normal points, one after another. */
export function drawPoints(count: number, latent: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count * latent }, () => normal(random));
}

/** Only differences within a block decide which value is chosen. */
function centredInBlocks(answers: Float32Array, blocks: readonly number[]): Float32Array {
  const centred = new Float32Array(answers.length);
  for (let start = 0, block = 0; start < answers.length; block = (block + 1) % blocks.length) {
    const part = answers.subarray(start, start + blocks[block]);
    const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
    for (let i = 0; i < part.length; i++) centred[start + i] = part[i] - mean;
    start += part.length;
  }
  return centred;
}

/** width × latent: how each answer goes with each latent number, since these are independent with variance 1. */
function slopesOf(
  points: Float32Array,
  answers: Float32Array,
  latent: number,
  samples: number,
): readonly Float64Array[] {
  const width = answers.length / samples;
  const slopes = Array.from({ length: width }, () => new Float64Array(latent));
  for (let sample = 0; sample < samples; sample++)
    for (let at = 0; at < width; at++)
      for (let i = 0; i < latent; i++)
        slopes[at][i] += (answers[sample * width + at] * points[sample * latent + i]) / samples;
  return slopes;
}

const powerRounds = 300;

/** Eigenvectors of slopesᵀ · slopes by power iteration, each at right angles to those before. */
function leadingAxes(slopes: readonly Float64Array[], latent: number, count: number): number[][] {
  const axes: number[][] = [];
  while (axes.length < count) {
    let axis = unit(
      Array.from({ length: latent }, (_, i) => 1 + ((i * 7 + axes.length) % latent)),
      axes,
    );
    for (let round = 0; round < powerRounds; round++) {
      const next = new Array<number>(latent).fill(0);
      for (const row of slopes) {
        const along = dot(row, axis);
        for (let i = 0; i < latent; i++) next[i] += along * row[i];
      }
      axis = unit(next, axes);
    }
    axes.push(axis);
  }
  return axes;
}

function unit(vector: readonly number[], others: readonly (readonly number[])[]): number[] {
  const left = [...vector];
  for (const other of others) {
    const along = dot(left, other);
    for (let i = 0; i < left.length; i++) left[i] -= along * other[i];
  }
  const length = Math.sqrt(dot(left, left));
  return left.map((value) => value / length);
}

function blockShares(
  slopes: readonly Float64Array[],
  axis: readonly number[],
  blocks: readonly number[],
): number[] {
  const changes = slopes.map((row) => dot(row, axis) ** 2);
  const total = changes.reduce((sum, change) => sum + change, 0);
  return blockStarts(blocks).map(
    (start, block) =>
      changes.slice(start, start + blocks[block]).reduce((sum, change) => sum + change, 0) / total,
  );
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

export interface InvertOptions {
  readonly seed: number;
  /** Points tried at first. */
  readonly starts: number;
  /** Rounds of looking about the best ones, each more closely. */
  readonly rounds: number;
}

/** A place in the space for codes that may never have been generated. */
export interface Inversion {
  readonly point: Float32Array;
  /** Blocks in which the generator chooses there what the codes say. */
  readonly right: number;
  /** Log of the chance that softmaxes over the generator's answers give the codes; 0 would be certainty. */
  readonly logLikelihood: number;
}

const kept = 8;
const childrenEach = 8;

/**
 * The latent point where most blocks come out as the codes say, and of those the likeliest, by search: many normal points, then ever smaller steps about the best.
 * Same space, codes and options: same point.
 */
export function invert(
  { latent, blocks, decode }: LatentSpace,
  codes: ArrayLike<number>,
  { seed, starts, rounds }: InvertOptions,
): Inversion {
  const random = seededRandom(seed);
  const width = blocks.reduce((sum, size) => sum + size, 0);
  const judged = (points: Float32Array): Inversion[] => {
    const answers = decode(points);
    return Array.from({ length: points.length / latent }, (_, i) => {
      const answer = answers.subarray(i * width, (i + 1) * width);
      return {
        point: points.slice(i * latent, (i + 1) * latent),
        right: chosenCodes(answer, blocks).filter((code, block) => code === codes[block]).length,
        logLikelihood: logLikelihood(answer, codes, blocks),
      };
    });
  };
  let best = leading(judged(drawPoints(Math.max(starts, kept), latent, seed)));
  for (let round = 0; round < rounds; round++) {
    const reach = 0.6 * (1 - round / rounds) + 0.05;
    const children = best.flatMap(({ point }) =>
      Array.from({ length: childrenEach }, () => point.map((value) => value + reach * normal(random))),
    );
    best = leading([...best, ...judged(Float32Array.from(children.flatMap((child) => [...child])))]);
  }
  return best[0];
}

function leading(tried: readonly Inversion[]): Inversion[] {
  return tried.toSorted((a, b) => b.right - a.right || b.logLikelihood - a.logLikelihood).slice(0, kept);
}

/** Points from one to the other, both ends among them, along the sphere on which normal points lie. */
export function between(from: Float32Array, to: Float32Array, count: number): Float32Array {
  const cosine = dot(from, to) / Math.sqrt(dot(from, from) * dot(to, to));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const points = Array.from({ length: count }, (_, step) => {
    const share = count === 1 ? 0 : step / (count - 1);
    const [keep, gain] =
      angle < 1e-4 || angle > Math.PI - 1e-4
        ? [1 - share, share]
        : [Math.sin((1 - share) * angle) / Math.sin(angle), Math.sin(share * angle) / Math.sin(angle)];
    return Array.from(from, (value, i) => keep * value + gain * to[i]);
  });
  return Float32Array.from(points.flat());
}
