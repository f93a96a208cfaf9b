/** Values in ascending order, so that each draw of a bootstrap costs one pass and no sort. */
interface Sorted {
  readonly values: ArrayLike<number>;
  readonly order: Uint32Array;
}

function sorted(values: ArrayLike<number>): Sorted {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i);
  return { values, order: order.sort((a, b) => values[a] - values[b]) };
}

/**
 * Spearman's rank correlation, ties at their mean rank: 1 when both order all rows alike. NaN when one of them says the same
 * of all.
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return spearmanOnRows(a, b)(Uint32Array.from({ length: a.length }, (_, i) => i));
}

/** The same of rows drawn with repeats: sorts once. */
export function spearmanOnRows(a: ArrayLike<number>, b: ArrayLike<number>): (rows: Uint32Array) => number {
  if (a.length !== b.length)
    throw new RangeError(`spearman: expected two answers a row, got ${a.length} and ${b.length}`);
  const [first, second] = [sorted(a), sorted(b)];
  const counts = new Uint32Array(a.length);
  return (rows) => {
    counts.fill(0);
    for (const row of rows) counts[row]++;
    return correlation(meanRanks(first, counts), meanRanks(second, counts), counts);
  };
}

/** The mean rank of each row when row i is there `counts[i]` times. */
function meanRanks({ values, order }: Sorted, counts: Uint32Array): Float64Array {
  const ranks = new Float64Array(order.length);
  let before = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    let tied = 0;
    while (to < order.length && values[order[to]] === values[order[from]]) tied += counts[order[to++]];
    for (let k = from; k < to; k++) ranks[order[k]] = before + (tied + 1) / 2;
    before += tied;
    from = to;
  }
  return ranks;
}

/** Pearson's, each row weighing as often as it is there. */
function correlation(a: Float64Array, b: Float64Array, counts: Uint32Array): number {
  let [rows, sumA, sumB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    rows += counts[i];
    sumA += counts[i] * a[i];
    sumB += counts[i] * b[i];
  }
  const [meanA, meanB] = [sumA / rows, sumB / rows];
  let [both, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] - meanA, b[i] - meanB];
    both += counts[i] * x * y;
    squaresA += counts[i] * x * x;
    squaresB += counts[i] * y * y;
  }
  return squaresA > 0 && squaresB > 0 ? both / Math.sqrt(squaresA * squaresB) : NaN;
}

/** Of the `depth` rows that `a` puts first, the share that `b` puts first as well. Equal answers: the earlier row first. */
export function topOverlap(a: ArrayLike<number>, b: ArrayLike<number>, depth: number): number {
  const best = new Set(firstOf(b, depth));
  const first = firstOf(a, depth);
  return first.filter((row) => best.has(row)).length / first.length;
}

function firstOf(answers: ArrayLike<number>, depth: number): number[] {
  return Array.from({ length: answers.length }, (_, i) => i)
    .sort((a, b) => answers[b] - answers[a] || a - b)
    .slice(0, depth);
}

/**
 * How far one answer is from another on average where it says much the same: bins of equal count by `answers`, and the mean of
 * |mean answer − mean of `truth`| over them.
 *
 * @param truth another model's answers, or outcomes of 0 and 1
 * @param bins 10 unless told
 */
export function binnedError(answers: ArrayLike<number>, truth: ArrayLike<number>, bins = 10): number {
  return binnedErrorOnRows(answers, truth, bins)(Uint32Array.from({ length: answers.length }, (_, i) => i));
}

/** The same of rows drawn with repeats: sorts once. */
export function binnedErrorOnRows(
  answers: ArrayLike<number>,
  truth: ArrayLike<number>,
  bins = 10,
): (rows: Uint32Array) => number {
  if (answers.length !== truth.length)
    throw new RangeError(
      `binnedError: expected two numbers a row, got ${answers.length} and ${truth.length}`,
    );
  const { order } = sorted(answers);
  const counts = new Uint32Array(answers.length);
  return (rows) => {
    counts.fill(0);
    for (const row of rows) counts[row]++;
    const sums = new Float64Array(bins);
    let seen = 0;
    for (const row of order) {
      // A row drawn several times stays in one bin: bins are equal but for that.
      const bin = Math.min(bins - 1, Math.floor((bins * seen) / rows.length));
      sums[bin] += counts[row] * (answers[row] - truth[row]);
      seen += counts[row];
    }
    return sums.reduce((sum, difference) => sum + Math.abs(difference), 0) / rows.length;
  };
}
