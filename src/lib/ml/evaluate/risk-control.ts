import { checkBinary, checkPaired, checkProbabilities } from './checks.ts';

export interface RiskThreshold {
  /** Act alone at this confidence or above; null when the reviewed sample allows no threshold yet. */
  readonly threshold: number | null;
  /** Reviewed decisions the threshold rests on. */
  readonly reviewed: number;
}

/**
 * The lowest confidence from which on acting alone keeps the expected loss within `bound`.
 *
 * `losses[i * thresholds + j]` is the loss, 0 to `ceiling`, of reviewed decision i under threshold j; thresholds
 * stand in ascending order and the loss must not grow with them.
 * Returns the index of the chosen threshold, or null when even the highest breaks the bound.
 *
 * @see Angelopoulos et al., "Conformal Risk Control" (ICLR 2024), eq. 4: n/(n+1) · mean loss + ceiling/(n+1) ≤ bound
 */
export function controlRisk(
  losses: Float64Array,
  thresholds: number,
  bound: number,
  ceiling = 1,
): number | null {
  if (!(thresholds >= 1 && losses.length % thresholds === 0))
    throw new RangeError(`losses: expected rows of ${thresholds} thresholds, got ${losses.length} values`);
  const rows = losses.length / thresholds;
  let chosen: number | null = null;
  for (let j = thresholds - 1; j >= 0; j--) {
    let total = ceiling;
    for (let i = 0; i < rows; i++) total += losses[i * thresholds + j];
    if (!(total / (rows + 1) <= bound)) break;
    chosen = j;
  }
  return chosen;
}

/**
 * The lowest confidence from which on, of the reviewed decisions that would have been automatic, the share of wrong
 * ones with one more wrong one added is at most `bound`.
 *
 * The added one is the (n+1) correction of conformal risk control. Counting the share among automatic decisions instead
 * of among all is stricter, so the theorem's bound on the expected loss 1{confidence ≥ threshold and wrong} holds too.
 * With a bound of 1 % no threshold exists below 99 reviewed decisions.
 *
 * @param confidences 0 to 1, of reviewed decisions
 * @param wasWrong 1 where the reviewer found the award undeserved
 * @see Jin and Candès, "Selection by Prediction with Conformal p-values" (JMLR 2023), for the share among the selected
 */
export function riskControlledThreshold(
  confidences: Float64Array,
  wasWrong: Uint8Array,
  bound: number,
): RiskThreshold {
  if (!(bound > 0 && bound < 1)) throw new RangeError(`bound: expected between 0 and 1, got ${bound}`);
  checkPaired('riskControlledThreshold', confidences, wasWrong, 0);
  checkProbabilities('riskControlledThreshold', confidences);
  checkBinary('riskControlledThreshold', wasWrong);
  const order = Uint32Array.from(confidences, (_, i) => i).sort((a, b) => confidences[b] - confidences[a]);
  let threshold: number | null = null;
  let wrong = 0;
  for (let k = 0; k < order.length; k++) {
    const confidence = confidences[order[k]];
    wrong += wasWrong[order[k]];
    const isLastOfTie = k + 1 === order.length || confidences[order[k + 1]] < confidence;
    if (isLastOfTie && (wrong + 1) / (k + 2) <= bound) threshold = confidence;
  }
  return { threshold, reviewed: confidences.length };
}
