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
