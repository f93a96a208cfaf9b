import type { Random } from '../../core/random.ts';
import type { Settings } from './options.ts';

/**
 * What each row counts for while a structure is sought, one factor a row number (0: not looked at); null when each counts as
 * it is. Leaf values always come from all rows.
 * @param whole all rows, in the order of `slopes`
 * @param slopes rows × outputs
 * @param lastLeaves values of the tree before, leaves × outputs, times the rate; empty before the first tree
 * @see Ibragimov and Gusev, "Minimal Variance Sampling in Stochastic Gradient Boosting" (2019)
 */
export function drawSample(
  settings: Pick<Settings, 'sampling' | 'rowShare' | 'temperature'>,
  whole: { readonly rows: Uint32Array },
  slopes: Float64Array,
  outputs: number,
  lastLeaves: Float64Array,
  random: Random,
): Float64Array | null {
  const { sampling, rowShare, temperature } = settings;
  const factors = new Float64Array(slopes.length / outputs);
  if (sampling === 'none' || (sampling !== 'bayesian' && rowShare === 1)) return null;
  if (sampling === 'bayesian') return factors.map(() => (-Math.log(1 - random())) ** temperature);
  if (sampling === 'bernoulli') return factors.map(() => Number(random() < rowShare));
  const drawn = minimalVariance(slopes, outputs, lastLeaves, rowShare, random);
  whole.rows.forEach((row, i) => (factors[row] = drawn[i]));
  return factors;
}

/** Rows with steep slopes are kept, others by chance and with more weight, so that sums stay unbiased. */
function minimalVariance(
  slopes: Float64Array,
  outputs: number,
  lastLeaves: Float64Array,
  share: number,
  random: Random,
): Float64Array {
  const scale = meanNorm(lastLeaves.length > 0 ? lastLeaves : slopes, outputs);
  const sizes = normsOf(slopes, outputs).map((norm) => Math.hypot(norm, scale));
  const threshold = thresholdOf(sizes, share * sizes.length);
  return sizes.map((size) => {
    const chance = size < threshold ? size / threshold : 1;
    return random() < chance ? 1 / chance : 0;
  });
}

/** The threshold t for which the chances min(1, size / t) add up to `wanted`. */
function thresholdOf(sizes: Float64Array, wanted: number): number {
  const sorted = sizes.slice().sort();
  let rest = sorted.reduce((sum, size) => sum + size, 0);
  for (let kept = 0; kept < wanted; kept++) {
    const largest = sorted[sorted.length - 1 - kept];
    if (largest * (wanted - kept) <= rest) return rest / (wanted - kept);
    rest -= largest;
  }
  return sorted[0];
}

function meanNorm(vectors: Float64Array, outputs: number): number {
  const norms = normsOf(vectors, outputs);
  return norms.reduce((sum, norm) => sum + norm, 0) / norms.length;
}

function normsOf(vectors: Float64Array, outputs: number): Float64Array {
  const norms = new Float64Array(vectors.length / outputs);
  for (let i = 0; i < vectors.length; i++) norms[Math.floor(i / outputs)] += vectors[i] ** 2;
  return norms.map(Math.sqrt);
}
