import { checkBinary, checkPaired, checkProbabilities } from './checks.ts';
import { groupRows } from './groups.ts';
import { type BootstrapOptions, bootstrapIntervals, type Interval, wilsonInterval } from './intervals.ts';

export interface ReliabilityBin {
  /** Answers in [from, to); the last bin takes 1 as well. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** Mean answer; 0 in an empty bin. */
  readonly said: number;
  /** Share of positives; 0 in an empty bin. */
  readonly happened: number;
  /** 95 % interval of `happened`; 0 to 1 in an empty bin. */
  readonly low: number;
  readonly high: number;
}

export interface ReliabilityOptions {
  /** 10 unless told; fewer come back where `rows` spacing meets ties. */
  readonly bins?: number;
  /** `width`: bins of equal width. `rows`: bins of about equally many rows, equal answers together. `width` unless told. */
  readonly spacing?: 'width' | 'rows';
  /** Intervals redraw whole groups, such as learners; every row counts as independent evidence (Wilson) unless told. */
  readonly bootstrap?: BootstrapOptions;
}

/** What was said beside what happened. @param options as a number: so many bins of equal width */
export function reliabilityTable(
  answers: Float64Array,
  labels: ArrayLike<number>,
  options: number | ReliabilityOptions = {},
): ReliabilityBin[] {
  const {
    bins = 10,
    spacing = 'width',
    bootstrap,
  } = typeof options === 'number' ? { bins: options } : options;
  check(answers, labels, bins);
  const edges = spacing === 'rows' ? edgesByRows(answers, bins) : edgesByWidth(bins);
  const binOf = binOfEach(answers, edges);
  const counts = countBins(binOf, answers, labels, edges.length - 1, allRows(answers.length));
  const intervals = bootstrap
    ? redrawnIntervals(binOf, answers, labels, counts, bootstrap)
    : counts.map(({ rows, positives }) => wilsonInterval(positives, rows));
  return counts.map(({ rows, said, positives }, bin) => ({
    from: edges[bin],
    to: edges[bin + 1],
    rows,
    said: rows === 0 ? 0 : said / rows,
    happened: rows === 0 ? 0 : positives / rows,
    low: intervals[bin].low,
    high: intervals[bin].high,
  }));
}

function check(answers: Float64Array, labels: ArrayLike<number>, bins: number): void {
  checkPaired('reliabilityTable', answers, labels);
  checkBinary('reliabilityTable', labels);
  checkProbabilities('reliabilityTable', answers);
  if (!(Number.isInteger(bins) && bins >= 1))
    throw new RangeError(`bins: expected an integer of 1 or more, got ${bins}`);
}

function allRows(rows: number): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, i) => i);
}

function edgesByWidth(bins: number): Float64Array {
  return Float64Array.from({ length: bins + 1 }, (_, edge) => edge / bins);
}

function edgesByRows(answers: Float64Array, bins: number): Float64Array {
  const sorted = answers.toSorted();
  const inner = Array.from(
    { length: bins - 1 },
    (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / bins)],
  );
  const cuts = new Set(inner.filter((edge) => edge > sorted[0]));
  return Float64Array.from([0, ...cuts, 1]);
}

function binOfEach(answers: Float64Array, edges: Float64Array): Uint32Array {
  const last = edges.length - 2;
  return Uint32Array.from(answers, (answer) => {
    let [low, high] = [0, last];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (edges[middle] <= answer) low = middle;
      else high = middle - 1;
    }
    return low;
  });
}

interface BinCounts {
  rows: number;
  said: number;
  positives: number;
}

function countBins(
  binOf: Uint32Array,
  answers: Float64Array,
  labels: ArrayLike<number>,
  bins: number,
  rows: Uint32Array,
): BinCounts[] {
  const counts = Array.from({ length: bins }, () => ({ rows: 0, said: 0, positives: 0 }));
  for (const row of rows) {
    const count = counts[binOf[row]];
    count.rows++;
    count.said += answers[row];
    count.positives += labels[row];
  }
  return counts;
}

function redrawnIntervals(
  binOf: Uint32Array,
  answers: Float64Array,
  labels: ArrayLike<number>,
  counts: readonly BinCounts[],
  options: BootstrapOptions,
): Interval[] {
  const shares = (rows: Uint32Array) =>
    countBins(binOf, answers, labels, counts.length, rows).map(({ rows, positives }) => positives / rows);
  const intervals = bootstrapIntervals(answers.length, shares, options);
  const groups = groupsInBins(binOf, counts.length, options.groups);
  return intervals.map((interval, bin) => {
    const { rows, positives } = counts[bin];
    const isOneSided = positives === 0 || positives === rows;
    // Redraws of rows that all say the same say nothing about how sure that is; the number of groups does.
    return isOneSided ? wilsonInterval(positives === 0 ? 0 : groups[bin], groups[bin]) : interval;
  });
}

/** How many groups have a row in each bin. */
function groupsInBins(binOf: Uint32Array, bins: number, groups: ArrayLike<number> | undefined): Uint32Array {
  const found = new Uint32Array(bins);
  for (const members of groupRows(binOf.length, groups))
    for (const bin of new Set(members.map((row) => binOf[row]))) found[bin]++;
  return found;
}

/** Mean distance between what was said and what happened, weighted by rows. @see Naeini et al. 2015 */
export function expectedCalibrationError(
  answers: Float64Array,
  labels: ArrayLike<number>,
  options: number | Omit<ReliabilityOptions, 'bootstrap'> = {},
): number {
  const table = reliabilityTable(answers, labels, options);
  return table.reduce((sum, bin) => sum + bin.rows * Math.abs(bin.said - bin.happened), 0) / answers.length;
}

/**
 * The calibration error of rows drawn with repeats, as `bootstrapInterval` wants it: bins are found once. On few rows
 * the error of even a perfect model is above 0, and redraws add to it: read the interval's ends, not its middle.
 */
export function calibrationErrorOnRows(
  answers: Float64Array,
  labels: ArrayLike<number>,
  { bins = 10, spacing = 'width' }: Omit<ReliabilityOptions, 'bootstrap'> = {},
): (rows: Uint32Array) => number {
  check(answers, labels, bins);
  const edges = spacing === 'rows' ? edgesByRows(answers, bins) : edgesByWidth(bins);
  const binOf = binOfEach(answers, edges);
  return (rows) => {
    const counts = countBins(binOf, answers, labels, edges.length - 1, rows);
    return counts.reduce((sum, { said, positives }) => sum + Math.abs(said - positives), 0) / rows.length;
  };
}
