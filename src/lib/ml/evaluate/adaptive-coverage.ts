/**
 * Keeps a promised share of misses while the world drifts: after a miss the next interval asks for more coverage,
 * after a hit for a little less. Whatever comes, over T steps the share of misses is within
 * (max(miss₁, 1 − miss₁) + step) / (step · T) of the target.
 *
 * @see Gibbs and Candès, "Adaptive Conformal Inference Under Distribution Shift" (NeurIPS 2021), eq. 2 and prop. 4.1
 */
export interface AdaptiveCoverage {
  readonly kind: 'adaptive-coverage';
  readonly version: 1;
  /** Promised share of hits. */
  readonly target: number;
  /** How far one miss moves the next interval; 0.005 to 0.05 is usual. */
  readonly step: number;
  /** Share of misses aimed at now; may leave [0, 1], which the promise needs. */
  readonly miss: number;
}

export function startAdaptiveCoverage(target: number, step = 0.01): AdaptiveCoverage {
  if (!(target > 0 && target < 1)) throw new RangeError(`target: expected between 0 and 1, got ${target}`);
  if (!(step > 0 && step < 1)) throw new RangeError(`step: expected between 0 and 1, got ${step}`);
  return { kind: 'adaptive-coverage', version: 1, target, step, miss: 1 - target };
}

/** What to ask of `conformalQuantile` for the next interval: 1 is everything, 0 nothing. */
export function coverageNow({ miss }: AdaptiveCoverage): number {
  return Math.min(1, Math.max(0, 1 - miss));
}

/** The state after one more observation. @param isCovered whether the interval made with `coverageNow` held it. */
export function observeCoverage(state: AdaptiveCoverage, isCovered: boolean): AdaptiveCoverage {
  return { ...state, miss: state.miss + state.step * (1 - state.target - Number(!isCovered)) };
}
