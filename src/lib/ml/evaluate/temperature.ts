/** Temperatures outside [1/100, 100] mean answers that are all but certain, or all but equal. */
const coldest = 100;
const hottest = 1 / 100;

/**
 * The temperature T that gives softmax(score / T) the least log loss. The loss is convex in 1/T, so a Newton step that
 * never leaves the bracket around the root of the slope finds the one optimum; it is held within [1/100, 100].
 *
 * @param scores rows × classes, row-major: logits or log-probabilities, finite
 * @param labels class of each row
 * @see Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks" (ICML 2017), 4.2
 */
export function fitTemperature(scores: Float64Array, labels: ArrayLike<number>, classes: number): number {
  const slopeAt = (sharpness: number) => lossSlope(scores, labels, classes, sharpness);
  let [low, high, sharpness] = [hottest, coldest, 1];
  if (slopeAt(low).first >= 0) return 1 / low;
  if (slopeAt(high).first <= 0) return 1 / high;
  for (let step = 0; step < 100; step++) {
    const { first, second } = slopeAt(sharpness);
    if (first > 0) high = sharpness;
    else low = sharpness;
    const newton = sharpness - first / second;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    // Steps shrink quadratically: what is left after one of 1e-9 is beyond the last digit.
    const isSettled = Math.abs(next - sharpness) <= 1e-9 * sharpness;
    sharpness = next;
    if (isSettled) break;
  }
  return 1 / sharpness;
}

/**
 * First and second derivative of the summed log loss by sharpness = 1/T: over rows, the mean score under
 * softmax(sharpness · score) less the label's own score, and the variance of the score.
 */
function lossSlope(scores: Float64Array, labels: ArrayLike<number>, classes: number, sharpness: number) {
  let [first, second] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    const start = i * classes;
    const end = start + classes;
    let greatest = -Infinity;
    for (let c = start; c < end; c++) if (scores[c] > greatest) greatest = scores[c];
    let [mass, sum, squares] = [0, 0, 0];
    for (let c = start; c < end; c++) {
      const below = scores[c] - greatest;
      const weight = Math.exp(sharpness * below);
      mass += weight;
      sum += weight * below;
      squares += weight * below * below;
    }
    const mean = sum / mass;
    first += mean - (scores[start + labels[i]] - greatest);
    second += squares / mass - mean * mean;
  }
  return { first, second };
}
