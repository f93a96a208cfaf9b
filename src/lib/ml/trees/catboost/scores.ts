/**
 * Sums of a column's intervals in every leaf of a growing tree: leaves × size × channels. The channels are the slopes and the
 * weight, from which a leaf's value is estimated; in ordered boosting these of the body, followed by the same of the tail.
 */
export interface ChannelLayout {
  readonly outputs: number;
  readonly channels: number;
  /** Where the slopes and weight that are scored begin: 0 where they are the estimating ones. */
  readonly scored: number;
  /** The channel that counts rows; −1 without. */
  readonly rows: number;
}

export function layoutOf(outputs: number, isOrdered: boolean, countsRows: boolean): ChannelLayout {
  const scored = isOrdered ? outputs + 1 : 0;
  const own = scored + outputs + 1;
  return { outputs, channels: own + Number(countsRows), scored, rows: countsRows ? own : -1 };
}

/** What every border of a column scores, added up over leaves and segments. */
export interface ScoreSums {
  /** Σ average · slope. */
  readonly above: Float64Array;
  /** Σ average² · weight. */
  readonly below: Float64Array;
  /** 1 where a border leaves too few rows on a side. */
  readonly isBarred: Uint8Array;
}

export function emptyScores(): ScoreSums {
  return { above: new Float64Array(256), below: new Float64Array(256), isBarred: new Uint8Array(256) };
}

export interface Ridge {
  /** λ times the mean weight. */
  readonly ridge: number;
  /** Weights up to here are what subtracting has left of nothing. */
  readonly leastWeight: number;
  readonly leastRows: number;
}

/**
 * Adds the score terms of each border of a column, summed over leaves.
 * @param isEqual border b parts interval b from all others, instead of those up to b from those above
 */
export function addScores(
  sums: ScoreSums,
  histogram: Float64Array,
  size: number,
  leaves: number,
  isEqual: boolean,
  layout: ChannelLayout,
  ridge: Ridge,
): void {
  const isSimple = layout.channels === 2;
  for (let leaf = 0; leaf < leaves; leaf++) {
    const from = leaf * size * layout.channels;
    if (isSimple) addSimpleLeaf(sums, histogram, from, size, isEqual, ridge);
    else addLeaf(sums, histogram, from, size, isEqual, layout, ridge);
  }
}

/** The hot path: one output, every row estimates and is scored. */
function addSimpleLeaf(
  { above, below }: ScoreSums,
  histogram: Float64Array,
  from: number,
  size: number,
  isEqual: boolean,
  { ridge, leastWeight }: Ridge,
): void {
  let [slope, weight] = [0, 0];
  for (let at = from; at < from + 2 * size; at += 2) {
    slope += histogram[at];
    weight += histogram[at + 1];
  }
  if (weight <= leastWeight) return;
  const whole = slope / (weight + ridge);
  let [term, square] = [whole * slope, whole * whole * weight];
  let [leftSlope, leftWeight] = [0, 0];
  const borders = isEqual ? size : size - 1;
  for (let border = 0, at = from; border < borders; border++, at += 2) {
    // An empty interval parts the rows as the border before it does.
    if (isEqual || histogram[at + 1] !== 0) {
      if (isEqual) leftSlope = leftWeight = 0;
      leftSlope += histogram[at];
      leftWeight += histogram[at + 1];
      const rightSlope = slope - leftSlope;
      const rightWeight = weight - leftWeight;
      const left = leftWeight > leastWeight ? leftSlope / (leftWeight + ridge) : 0;
      const right = rightWeight > leastWeight ? rightSlope / (rightWeight + ridge) : 0;
      term = left * leftSlope + right * rightSlope;
      square = left * left * leftWeight + right * right * rightWeight;
    }
    above[border] += term;
    below[border] += square;
  }
}

/** Any number of outputs, ordered or plain, with or without row counts. */
function addLeaf(
  sums: ScoreSums,
  histogram: Float64Array,
  from: number,
  size: number,
  isEqual: boolean,
  layout: ChannelLayout,
  ridge: Ridge,
): void {
  const { channels, outputs, scored } = layout;
  const sides = { left: new Float64Array(channels), right: new Float64Array(channels) };
  for (let at = from, interval = 0; interval < size; interval++) {
    for (let c = 0; c < channels; c++) sides.right[c] += histogram[at++];
  }
  if (sides.right[outputs] <= ridge.leastWeight) return;
  const total = sides.right.slice();
  const terms = { above: 0, below: 0, isBarred: false };
  const borders = isEqual ? size : size - 1;
  for (let border = 0, at = from; border < borders; border++, at += channels) {
    // An empty interval parts the rows as the border before it does.
    const isEmpty = histogram[at + outputs] === 0 && histogram[at + scored + outputs] === 0;
    if (border === 0 || isEqual || !isEmpty) {
      for (let c = 0; c < channels; c++) {
        sides.left[c] = histogram[at + c] + (isEqual ? 0 : sides.left[c]);
        sides.right[c] = total[c] - sides.left[c];
      }
      partInto(terms, sides, layout, ridge);
    }
    sums.above[border] += terms.above;
    sums.below[border] += terms.below;
    if (terms.isBarred) sums.isBarred[border] = 1;
  }
}

interface Terms {
  above: number;
  below: number;
  isBarred: boolean;
}

interface Sides {
  readonly left: Float64Array;
  readonly right: Float64Array;
}

function partInto(terms: Terms, { left, right }: Sides, layout: ChannelLayout, ridge: Ridge): void {
  terms.above = terms.below = 0;
  addSide(terms, left, layout, ridge);
  addSide(terms, right, layout, ridge);
  const { rows } = layout;
  terms.isBarred = rows >= 0 && (isTooFew(left[rows], ridge) || isTooFew(right[rows], ridge));
}

function isTooFew(rows: number, { leastRows }: Ridge): boolean {
  return rows > 0 && rows < leastRows;
}

function addSide(
  terms: Terms,
  side: Float64Array,
  { outputs, scored }: ChannelLayout,
  { ridge, leastWeight }: Ridge,
): void {
  if (side[outputs] <= leastWeight) return;
  for (let k = 0; k < outputs; k++) {
    const average = side[k] / (side[outputs] + ridge);
    terms.above += average * side[scored + k];
    terms.below += average * average * side[scored + outputs];
  }
}

/** @see catboost/private/libs/algo/score_calcers.cpp: L2 and Cosine */
export function scoreOf(score: 'cosine' | 'l2', above: number, below: number): number {
  return score === 'l2' ? above : above / Math.sqrt(1e-100 + below);
}
