import type { Random } from '../../core/random.ts';

/**
 * Lists the drawn rows, ascending, then the others, ascending, and returns how many were drawn.
 * @see Knuth, "The Art of Computer Programming", volume 2, 3.4.2, algorithm S
 */
export function drawRowsInto(rows: Uint32Array, share: number, random: Random): number {
  const wanted = Math.max(1, Math.round(share * rows.length));
  let [drawn, passed] = [0, wanted];
  for (let row = 0; row < rows.length; row++) {
    const isDrawn = (rows.length - row) * random() < wanted - drawn;
    rows[isDrawn ? drawn++ : passed++] = row;
  }
  return drawn;
}

/**
 * Gradient-based one-side sampling: lists the rows of the largest |gradient × hessian| and a draw from the others, then those
 * left out. The derivatives of drawn rows are raised so that they speak for the left out too.
 * @param gradients [gradient, hessian] a row; changed
 * @returns how many rows are in the sample
 * @see Ke et al., "LightGBM: A Highly Efficient Gradient Boosting Decision Tree" (2017), algorithm 2
 */
export function drawByGradientInto(
  rows: Uint32Array,
  gradients: Float64Array,
  topRate: number,
  otherRate: number,
  random: Random,
): number {
  const count = rows.length;
  const size = Float64Array.from(rows, (_, i) => Math.abs(gradients[2 * i] * gradients[2 * i + 1]));
  const top = Math.max(1, Math.floor(count * topRate));
  const others = Math.min(count - top, Math.floor(count * otherRate));
  const least = size.slice().sort()[count - top];
  const factor = (count - top) / others;
  let [tops, drawn, seen, sampled, passed] = [0, 0, 0, 0, top + others];
  for (let row = 0; row < count; row++) {
    const isTop = size[row] >= least && tops < top;
    tops += Number(isTop);
    const isDrawn = !isTop && (count - top - seen) * random() < others - drawn;
    seen += Number(!isTop);
    drawn += Number(isDrawn);
    rows[isTop || isDrawn ? sampled++ : passed++] = row;
    if (!isDrawn) continue;
    gradients[2 * row] *= factor;
    gradients[2 * row + 1] *= factor;
  }
  return sampled;
}
