/** First and second derivatives of the loss, summed over some rows. */
export interface Sums {
  readonly gradient: number;
  readonly hessian: number;
}

export interface Penalty {
  /** L2 on leaf values. */
  readonly lambda: number;
  /** L1 on leaf values. */
  readonly alpha: number;
  /** How far a leaf may move a margin before shrinkage; 0 for no limit. */
  readonly maxDeltaStep: number;
}

/** T(G) = sign(G) · max(|G| − α, 0). @see Chen and Guestrin 2016; XGBoost's `ThresholdL1` */
export function thresholdL1(gradient: number, alpha: number): number {
  if (gradient > alpha) return gradient - alpha;
  return gradient < -alpha ? gradient + alpha : 0;
}

/** T(G)² / (H + λ): how much a leaf with these sums lowers the loss, times two. */
export function leafGain({ gradient, hessian }: Sums, { lambda, alpha }: Penalty): number {
  const threshold = thresholdL1(gradient, alpha);
  return threshold === 0 ? 0 : (threshold * threshold) / (hessian + lambda);
}

/** −T(G) / (H + λ), at most `maxDeltaStep` away from 0. */
export function leafWeight({ gradient, hessian }: Sums, { lambda, alpha, maxDeltaStep }: Penalty): number {
  const threshold = thresholdL1(gradient, alpha);
  if (threshold === 0) return 0;
  const weight = -threshold / (hessian + lambda);
  if (maxDeltaStep === 0) return weight;
  return Math.max(-maxDeltaStep, Math.min(maxDeltaStep, weight));
}

/** −(2Gw + (H + λ)w²): what a leaf of a given, not the best, weight lowers the loss by, times two. */
export function gainOfWeight({ gradient, hessian }: Sums, weight: number, lambda: number): number {
  return -(2 * gradient * weight + (hessian + lambda) * weight * weight);
}
