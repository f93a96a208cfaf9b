import type { TreeShap } from '../trees/index.ts';

/**
 * The Shapley values of a linear combination of margins, intercept + Σ weight · margin: exact, because they are linear in the
 * game. A stack whose last model is linear or logistic in its members' margins is explained so, in its own margin.
 *
 * @param parts what each member's explainer said of the same rows
 */
export function combineShap(weights: ArrayLike<number>, parts: readonly TreeShap[], intercept = 0): TreeShap {
  if (parts.length === 0 || weights.length !== parts.length)
    throw new RangeError(
      `combineShap: expected one weight a part, at least one, got ${weights.length} and ${parts.length}`,
    );
  const length = parts[0].contributions.length;
  const contributions = new Float64Array(length);
  let base = intercept;
  parts.forEach((part, k) => {
    if (part.contributions.length !== length)
      throw new RangeError(`parts[${k}]: expected ${length} contributions, got ${part.contributions.length}`);
    if (!Number.isFinite(weights[k]))
      throw new RangeError(`weights[${k}]: expected a number, got ${weights[k]}`);
    base += weights[k] * part.base;
    for (let i = 0; i < length; i++) contributions[i] += weights[k] * part.contributions[i];
  });
  return { base, contributions };
}
