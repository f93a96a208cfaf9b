import type { LeafSums, Objective, Targets } from './objective.ts';

export interface LeafSteps {
  readonly leafMethod: 'newton' | 'gradient';
  readonly leafSteps: number;
  readonly lambda: number;
}

/**
 * What each leaf adds to the margins, leaves × outputs, before the rate: `leafSteps` steps down the loss of the first `count`
 * rows. Several steps are halved until the loss falls (leaf_estimation_backtracking AnyImprovement).
 * @param leafOf the leaf of each row
 */
export function leafValues(
  objective: Objective,
  targets: Targets,
  leafOf: ArrayLike<number>,
  leaves: number,
  count: number,
  options: LeafSteps,
): Float64Array {
  const values = new Float64Array(leaves * objective.outputs);
  const { labels, weights } = targets;
  const ridge = options.lambda * meanWeight(weights, count);
  let margins: Float64Array = targets.margins.slice(0, count * objective.outputs);
  let least = options.leafSteps > 1 ? objective.mean(targets, count) : Infinity;
  for (let taken = 0; taken < options.leafSteps;) {
    const sums = leafSums(objective, { labels, weights, margins }, leafOf, leaves, count);
    const step = stepsOf(sums, objective.outputs, ridge, options.leafMethod);
    let scale = 1;
    for (let isTaken = false; !isTaken && taken < options.leafSteps; taken++, scale /= 2) {
      const moved = movedBy(margins, step, scale, leafOf, objective.outputs);
      const loss = options.leafSteps > 1 ? objective.mean({ labels, weights, margins: moved }, count) : 0;
      if (!(loss < least)) continue;
      [margins, least, isTaken] = [moved, loss, true];
      for (let i = 0; i < values.length; i++) values[i] += scale * step[i];
    }
  }
  return values;
}

export function meanWeight(weights: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += weights[i];
  return sum / count;
}

function leafSums(
  objective: Objective,
  targets: Targets,
  leafOf: ArrayLike<number>,
  leaves: number,
  count: number,
): LeafSums {
  const { outputs } = objective;
  const sums: LeafSums = {
    slope: new Float64Array(leaves * outputs),
    curvature: new Float64Array(leaves * outputs * outputs),
    weight: new Float64Array(leaves),
  };
  objective.addToLeaves(sums, leafOf, targets, count);
  return sums;
}

function stepsOf(
  sums: LeafSums,
  outputs: number,
  ridge: number,
  method: LeafSteps['leafMethod'],
): Float64Array {
  const steps = new Float64Array(sums.slope.length);
  for (let leaf = 0; leaf < sums.weight.length; leaf++) {
    if (!(sums.weight[leaf] > 0)) continue;
    const [from, to] = [leaf * outputs, (leaf + 1) * outputs];
    if (method === 'newton') {
      const curvature = sums.curvature.slice(from * outputs, to * outputs);
      steps.set(newtonStep(curvature, sums.slope.subarray(from, to), ridge), from);
    } else {
      for (let i = from; i < to; i++) steps[i] = sums.slope[i] / (sums.weight[leaf] + ridge);
    }
  }
  return steps;
}

// The part of the largest curvature that keeps the equation solvable without a ridge: a float32's precision, as in CatBoost.
const leastRidge = 2 ** -23;

/** Solves (curvature + ridge · I) step = slope. `curvature` is spent. */
function newtonStep(curvature: Float64Array, slope: Float64Array, ridge: number): Float64Array {
  const size = slope.length;
  if (size === 1) return Float64Array.of(slope[0] / (curvature[0] + ridge || 1));
  let largest = ridge;
  for (let k = 0; k < size; k++) largest = Math.max(largest, curvature[k * size + k]);
  for (let k = 0; k < size; k++) curvature[k * size + k] += Math.max(ridge, largest * leastRidge);
  return choleskySolve(curvature, slope);
}

/** The matrix is symmetric and positive definite, row-major, and is overwritten by its factor. */
function choleskySolve(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const solution = right.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k] * matrix[j * size + k];
      matrix[i * size + j] = i === j ? Math.sqrt(sum) : sum / matrix[j * size + j];
    }
    for (let k = 0; k < i; k++) solution[i] -= matrix[i * size + k] * solution[k];
    solution[i] /= matrix[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) solution[i] -= matrix[k * size + i] * solution[k];
    solution[i] /= matrix[i * size + i];
  }
  return solution;
}

function movedBy(
  margins: Float64Array,
  step: Float64Array,
  scale: number,
  leafOf: ArrayLike<number>,
  outputs: number,
): Float64Array {
  const moved = margins.slice();
  addLeaves(moved, step, scale, leafOf, outputs);
  return moved;
}

/** Adds scale × the values of its leaf to the margins of every row. */
export function addLeaves(
  margins: Float64Array,
  values: Float64Array,
  scale: number,
  leafOf: ArrayLike<number>,
  outputs: number,
): void {
  for (let i = 0; i * outputs < margins.length; i++) {
    for (let k = 0; k < outputs; k++) margins[i * outputs + k] += scale * values[leafOf[i] * outputs + k];
  }
}
