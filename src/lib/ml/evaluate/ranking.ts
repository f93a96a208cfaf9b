import { checkBinary, checkPaired } from './checks.ts';

/**
 * The chance that a random positive stands above a random negative; ties count half. NaN when one class is absent.
 *
 * @param answers any numbers that grow with the belief in a positive
 * @param labels 0 or 1
 */
export function auc(answers: Float64Array, labels: ArrayLike<number>): number {
  return aucOnRows(answers, labels)(Uint32Array.from(answers, (_, i) => i));
}

/** The AUC of rows drawn with repeats, as the bootstrap wants it: sorts once, then each draw costs one pass. */
export function aucOnRows(answers: Float64Array, labels: ArrayLike<number>): (rows: Uint32Array) => number {
  checkPaired('auc', answers, labels);
  checkBinary('auc', labels);
  const order = Uint32Array.from(answers, (_, i) => i).sort((a, b) => answers[a] - answers[b]);
  const counts = new Uint32Array(answers.length);
  return (rows) => {
    counts.fill(0);
    for (const row of rows) counts[row]++;
    let [positives, negatives, pairs] = [0, 0, 0];
    for (let from = 0; from < order.length;) {
      const to = endOfTie(answers, order, from);
      let [tiedPositives, tied] = [0, 0];
      for (let k = from; k < to; k++) {
        tied += counts[order[k]];
        tiedPositives += counts[order[k]] * labels[order[k]];
      }
      pairs += tiedPositives * (negatives + (tied - tiedPositives) / 2);
      positives += tiedPositives;
      negatives += tied - tiedPositives;
      from = to;
    }
    return pairs / (positives * negatives);
  };
}

function endOfTie(answers: Float64Array, order: Uint32Array, from: number): number {
  let to = from + 1;
  while (to < order.length && answers[order[to]] === answers[order[from]]) to++;
  return to;
}

/** One class against the rest, averaged over the classes that occur. @param probabilities rows × classes, row-major */
export function macroAuc(probabilities: Float64Array, labels: ArrayLike<number>, classes: number): number {
  const rows = Uint32Array.from({ length: labels.length }, (_, i) => i);
  return macroAucOnRows(probabilities, labels, classes)(rows);
}

/** The same for rows drawn with repeats. */
export function macroAucOnRows(
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): (rows: Uint32Array) => number {
  const measures = Array.from({ length: classes }, (_, c) =>
    aucOnRows(
      Float64Array.from({ length: labels.length }, (_value, i) => probabilities[i * classes + c]),
      Uint8Array.from({ length: labels.length }, (_value, i) => Number(labels[i] === c)),
    ),
  );
  return (rows) => {
    const values = measures.map((measure) => measure(rows)).filter((value) => !Number.isNaN(value));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
}

/**
 * Area under the steps of precision over recall: the mean, over positives, of the precision at their answer. Equal
 * answers are one step. NaN without a positive.
 *
 * @param answers any numbers that grow with the belief in a positive
 * @see scikit-learn, average_precision_score
 */
export function averagePrecision(answers: Float64Array, labels: ArrayLike<number>): number {
  checkPaired('averagePrecision', answers, labels);
  checkBinary('averagePrecision', labels);
  const order = Uint32Array.from(answers, (_, i) => i).sort((a, b) => answers[b] - answers[a]);
  let [positives, area] = [0, 0];
  for (let from = 0; from < order.length;) {
    const to = endOfTie(answers, order, from);
    const before = positives;
    for (let k = from; k < to; k++) positives += labels[order[k]];
    area += (positives - before) * (positives / to);
    from = to;
  }
  return area / positives;
}

/**
 * Discounted gain of the first `depth` places over the greatest possible; equal answers share the mean gain of the
 * places they cover. NaN when nothing is relevant. One query: average over queries for several.
 *
 * @param relevance 0 or more; the gain itself (pass 2^level − 1 for the exponential form)
 * @param depth places that count; all unless told
 * @see Järvelin and Kekäläinen 2002; McSherry and Najork 2008 for ties, as scikit-learn's ndcg_score
 */
export function ndcg(answers: Float64Array, relevance: ArrayLike<number>, depth = answers.length): number {
  checkPaired('ndcg', answers, relevance);
  if (!(Number.isInteger(depth) && depth >= 1))
    throw new RangeError(`depth: expected an integer of 1 or more, got ${depth}`);
  for (let i = 0; i < relevance.length; i++) {
    if (!(relevance[i] >= 0 && relevance[i] < Infinity))
      throw new RangeError(`relevance[${i}]: expected 0 or more, got ${relevance[i]}`);
  }
  const ideal = Float64Array.from(relevance);
  return discountedGain(answers, ideal, depth) / discountedGain(ideal, ideal, depth);
}

function discountedGain(answers: Float64Array, gains: Float64Array, depth: number): number {
  const order = Uint32Array.from(answers, (_, i) => i).sort((a, b) => answers[b] - answers[a]);
  let total = 0;
  for (let from = 0; from < Math.min(depth, order.length);) {
    const to = endOfTie(answers, order, from);
    const gain = order.subarray(from, to).reduce((sum, row) => sum + gains[row], 0) / (to - from);
    for (let place = from; place < Math.min(to, depth); place++) total += gain / Math.log2(place + 2);
    from = to;
  }
  return total;
}
