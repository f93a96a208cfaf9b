import { checkBinary, checkPaired } from './checks.ts';

/**
 * The chance that a random positive stands above a random negative; ties count half. NaN when one class is absent.
 *
 * @param answers any numbers that grow with the belief in a positive
 * @param labels 0 or 1
 */
export function auc(answers: Float64Array, labels: ArrayLike<number>): number {
  checkPaired('auc', answers, labels);
  checkBinary('auc', labels);
  const order = Uint32Array.from(answers, (_, i) => i).sort((a, b) => answers[a] - answers[b]);
  let positives = 0;
  let rankSum = 0;
  for (let from = 0; from < order.length;) {
    const to = endOfTie(answers, order, from);
    const middleRank = (from + 1 + to) / 2;
    for (let k = from; k < to; k++) {
      positives += labels[order[k]];
      rankSum += labels[order[k]] * middleRank;
    }
    from = to;
  }
  const negatives = order.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

function endOfTie(answers: Float64Array, order: Uint32Array, from: number): number {
  let to = from + 1;
  while (to < order.length && answers[order[to]] === answers[order[from]]) to++;
  return to;
}

/** One class against the rest, averaged over the classes that occur. @param probabilities rows × classes, row-major */
export function macroAuc(probabilities: Float64Array, labels: ArrayLike<number>, classes: number): number {
  let sum = 0;
  let counted = 0;
  for (let c = 0; c < classes; c++) {
    const column = Float64Array.from({ length: labels.length }, (_, i) => probabilities[i * classes + c]);
    const value = auc(
      column,
      Uint8Array.from({ length: labels.length }, (_, i) => Number(labels[i] === c)),
    );
    if (Number.isNaN(value)) continue;
    sum += value;
    counted++;
  }
  return sum / counted;
}
