import {
  checkBinary,
  checkClasses,
  checkFinite,
  checkPaired,
  checkProbabilities,
  checkShare,
} from './checks.ts';

// A probability of exactly 0 or 1 that is wrong would cost infinitely much; scikit-learn clips at the same place.
const epsilon = 2 ** -52;

/** Mean of −ln(probability given to what happened). @param answers probability of label 1 */
export function logLoss(answers: Float64Array, labels: ArrayLike<number>): number {
  checkPaired('logLoss', answers, labels);
  checkBinary('logLoss', labels);
  checkProbabilities('logLoss', answers);
  let sum = 0;
  for (let i = 0; i < answers.length; i++)
    sum -= Math.log(bounded(labels[i] === 1 ? answers[i] : 1 - answers[i]));
  return sum / answers.length;
}

/** Mean squared distance between probability and label. */
export function brier(answers: Float64Array, labels: ArrayLike<number>): number {
  checkPaired('brier', answers, labels);
  checkBinary('brier', labels);
  checkProbabilities('brier', answers);
  let sum = 0;
  for (let i = 0; i < answers.length; i++) sum += (answers[i] - labels[i]) ** 2;
  return sum / answers.length;
}

/** @param probabilities rows × classes, row-major */
export function multiclassLogLoss(
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): number {
  checkProbabilities('multiclassLogLoss', probabilities);
  checkPaired('multiclassLogLoss', { length: probabilities.length / classes }, labels);
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum -= Math.log(bounded(probabilities[i * classes + labels[i]]));
  return sum / labels.length;
}

function bounded(probability: number): number {
  return Math.min(1, Math.max(epsilon, probability));
}

export function accuracy(predicted: ArrayLike<number>, labels: ArrayLike<number>): number {
  checkPaired('accuracy', predicted, labels);
  let right = 0;
  for (let i = 0; i < labels.length; i++) right += Number(predicted[i] === labels[i]);
  return right / labels.length;
}

/** The mean over classes of the harmonic mean of precision and recall; a class neither seen nor predicted is left out. */
export function macroF1(predicted: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  checkPaired('macroF1', predicted, labels);
  const hits = new Float64Array(classes);
  const mentions = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) {
    mentions[predicted[i]]++;
    mentions[labels[i]]++;
    if (predicted[i] === labels[i]) hits[labels[i]]++;
  }
  const counted = [...mentions.keys()].filter((c) => mentions[c] > 0);
  return counted.reduce((sum, c) => sum + (2 * hits[c]) / mentions[c], 0) / counted.length;
}

/** The index of the greatest value of each row; the first of equals. @param values rows × classes, row-major */
export function mostLikely(values: Float64Array, classes: number): Uint8Array {
  return Uint8Array.from({ length: values.length / classes }, (_, row) => {
    let best = 0;
    for (let c = 1; c < classes; c++) if (values[row * classes + c] > values[row * classes + best]) best = c;
    return best;
  });
}

/**
 * Mean cost of predicted quantiles: a truth above costs `level` a unit, one below 1 − level. Least at the true quantile.
 * @param level between 0 and 1
 * @see Koenker and Bassett, "Regression Quantiles" (1978)
 */
export function pinballLoss(predicted: Float64Array, truth: ArrayLike<number>, level: number): number {
  checkPaired('pinballLoss', predicted, truth);
  checkShare('level', level);
  checkFinite('predicted', predicted);
  checkFinite('truth', truth);
  let sum = 0;
  for (let i = 0; i < predicted.length; i++) {
    const above = truth[i] - predicted[i];
    sum += above > 0 ? level * above : (level - 1) * above;
  }
  return sum / predicted.length;
}

/** Mean deviance of counts: 2 (y ln(y/μ) − y + μ), 0 when each is hit. @param predicted means μ, above 0 @param truth 0 or more */
export function poissonDeviance(predicted: Float64Array, truth: ArrayLike<number>): number {
  checkPaired('poissonDeviance', predicted, truth);
  let sum = 0;
  for (let i = 0; i < predicted.length; i++) {
    const [mean, count] = [predicted[i], truth[i]];
    if (!(mean > 0 && mean < Infinity))
      throw new RangeError(`predicted[${i}]: expected above 0, got ${mean}`);
    if (!(count >= 0 && count < Infinity))
      throw new RangeError(`truth[${i}]: expected 0 or more, got ${count}`);
    sum += 2 * ((count > 0 ? count * Math.log(count / mean) : 0) - count + mean);
  }
  return sum / predicted.length;
}

/**
 * Agreement on ordered classes beyond chance, a miss by k classes weighing k². 1 is full agreement, 0 what chance gives;
 * NaN when both name one and the same class throughout.
 * @see Cohen, "Weighted kappa" (1968)
 */
export function quadraticKappa(
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): number {
  checkPaired('quadraticKappa', predicted, labels);
  checkClasses('quadraticKappa', labels, classes);
  checkClasses('quadraticKappa', predicted, classes);
  // The expected squared distance of independent draws follows from sums alone: n Σp² + n Σl² − 2 Σp Σl.
  let [missed, squares, sumPredicted, sumLabels] = [0, 0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    missed += (predicted[i] - labels[i]) ** 2;
    squares += predicted[i] ** 2 + labels[i] ** 2;
    sumPredicted += predicted[i];
    sumLabels += labels[i];
  }
  return 1 - missed / (squares - (2 * sumPredicted * sumLabels) / labels.length);
}
