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
