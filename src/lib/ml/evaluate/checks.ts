/** @throws RangeError unless both hold the same number of values, at least `least`. */
export function checkPaired(
  name: string,
  a: { readonly length: number },
  b: { readonly length: number },
  least = 1,
): void {
  if (a.length !== b.length)
    throw new RangeError(`${name}: expected as many answers as labels, got ${a.length} and ${b.length}`);
  if (!(a.length >= least)) throw new RangeError(`${name}: expected at least ${least} rows, got ${a.length}`);
}

/** @throws RangeError when a label is neither 0 nor 1. */
export function checkBinary(name: string, labels: ArrayLike<number>): void {
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 0 && labels[i] !== 1)
      throw new RangeError(`${name}: labels[${i}]: expected 0 or 1, got ${labels[i]}`);
  }
}

/** @throws RangeError when an answer is no probability. */
export function checkProbabilities(name: string, answers: ArrayLike<number>): void {
  for (let i = 0; i < answers.length; i++) {
    const answer = answers[i];
    if (!(answer >= 0 && answer <= 1))
      throw new RangeError(`${name}: answers[${i}]: expected 0 to 1, got ${answer}`);
  }
}

/** @throws RangeError when a label is no class: an integer in [0, classes). */
export function checkClasses(name: string, labels: ArrayLike<number>, classes: number): void {
  if (!(Number.isInteger(classes) && classes >= 2))
    throw new RangeError(`${name}: classes: expected an integer of 2 or more, got ${classes}`);
  for (let i = 0; i < labels.length; i++) {
    if (!(Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < classes))
      throw new RangeError(`${name}: labels[${i}]: expected 0 to ${classes - 1}, got ${labels[i]}`);
  }
}

/** @throws RangeError unless the probabilities are rows × classes with one label a row. */
export function checkClassAnswers(
  name: string,
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): void {
  checkClasses(name, labels, classes);
  checkPaired(name, { length: probabilities.length / classes }, labels);
  checkProbabilities(name, probabilities);
}

/** @throws RangeError when a value is not finite. */
export function checkFinite(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]))
      throw new RangeError(`${name}[${i}]: expected a finite number, got ${values[i]}`);
  }
}

/** @throws RangeError unless there is one value a row. */
export function checkLength(name: string, values: { readonly length: number }, rows: number): void {
  if (values.length !== rows) throw new RangeError(`${name}: expected ${rows} values, got ${values.length}`);
}

/** @throws RangeError unless the share is inside (0, 1). */
export function checkShare(name: string, share: number): void {
  if (!(share > 0 && share < 1)) throw new RangeError(`${name}: expected between 0 and 1, got ${share}`);
}
