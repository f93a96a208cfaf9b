import { checkFinite, checkLength, checkPaired } from './checks.ts';

/** Neighbouring points that share one value. */
export interface MonotoneBlock {
  /** Least and greatest x in the block. */
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  /** Weighted sums; `sumY / weight` is the block's value. */
  readonly sumX: number;
  readonly sumY: number;
}

/**
 * Pool adjacent violators: the rising step function with the least weighted squared distance to y. Equal x are one
 * point. Blocks come in ascending order of x and of value.
 *
 * @param weights positive, 1 each unless told
 * @throws RangeError when lengths differ, a value is not finite or a weight is not positive
 * @see Barlow, Bartholomew, Bremner and Brunk, "Statistical Inference under Order Restrictions" (1972)
 */
export function poolAdjacentViolators(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights?: ArrayLike<number>,
): MonotoneBlock[] {
  checkPoints(x, y, weights);
  const blocks: MonotoneBlock[] = [];
  for (const point of pointsOf(x, y, weights)) {
    blocks.push(point);
    poolLast(blocks);
  }
  return blocks;
}

function checkPoints(x: ArrayLike<number>, y: ArrayLike<number>, weights?: ArrayLike<number>): void {
  checkPaired('poolAdjacentViolators', x, y);
  checkFinite('x', x);
  checkFinite('y', y);
  if (!weights) return;
  checkLength('weights', weights, x.length);
  for (let i = 0; i < weights.length; i++) {
    if (!(weights[i] > 0 && weights[i] < Infinity))
      throw new RangeError(`weights[${i}]: expected a positive number, got ${weights[i]}`);
  }
}

/** One block for each distinct x. */
function pointsOf(x: ArrayLike<number>, y: ArrayLike<number>, weights?: ArrayLike<number>): MonotoneBlock[] {
  const order = Uint32Array.from(x, (_, i) => i).sort((a, b) => x[a] - x[b]);
  const points: MonotoneBlock[] = [];
  for (const row of order) {
    const weight = weights?.[row] ?? 1;
    const point = { from: x[row], to: x[row], weight, sumX: weight * x[row], sumY: weight * y[row] };
    const last = points.at(-1);
    if (last?.to === point.from) points[points.length - 1] = merged(last, point);
    else points.push(point);
  }
  return points;
}

function poolLast(blocks: MonotoneBlock[]): void {
  while (blocks.length > 1) {
    const last = blocks[blocks.length - 1];
    const before = blocks[blocks.length - 2];
    // Values compared without division; both weights are positive.
    if (before.sumY * last.weight < last.sumY * before.weight) return;
    blocks.splice(-2, 2, merged(before, last));
  }
}

function merged(a: MonotoneBlock, b: MonotoneBlock): MonotoneBlock {
  return {
    from: a.from,
    to: b.to,
    weight: a.weight + b.weight,
    sumX: a.sumX + b.sumX,
    sumY: a.sumY + b.sumY,
  };
}

/** Linear between the points (at, value), flat outside. @param at ascending, not empty */
export function interpolate(at: Float64Array, value: Float64Array, x: number): number {
  const last = at.length - 1;
  if (x <= at[0]) return value[0];
  if (x >= at[last]) return value[last];
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle] <= x) low = middle;
    else high = middle;
  }
  return value[low] + ((x - at[low]) / (at[high] - at[low])) * (value[high] - value[low]);
}
