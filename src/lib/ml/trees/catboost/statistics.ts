import type { Matrix } from '../../core/matrix.ts';
import { type DerivedColumn, keyOf } from '../target-statistics.ts';

/**
 * One number for a combination of categorical columns. `target`: of the rows with the same codes that were read before, the
 * share that is good. `counter`: how many rows have the same codes, next to the most that any codes have.
 */
export interface StatisticSpec {
  /** Input columns, ascending. */
  readonly sources: readonly number[];
  readonly kind: 'target' | 'counter';
  readonly prior: number;
  /** Which class counts as good, an index into `good` of `statisticsOf`; 0 for a counter. */
  readonly target: number;
}

/** Rows of one order in which statistics may look back. */
export interface Order {
  /** Names the order in the cache. */
  readonly id: number;
  /** Row numbers, first read first. */
  readonly rows: Uint32Array;
}

export interface Statistics {
  /** Interval of each row's own statistic, 0 to `statisticBorders`. */
  binsOf(spec: StatisticSpec, order: Order): Uint8Array;
  /** Different combinations of codes in the training rows. */
  groupsOf(sources: readonly number[]): number;
  /** The statistic as the model keeps it: counted over all training rows. */
  finalOf(spec: StatisticSpec): DerivedColumn;
}

/** Uniform borders, as CatBoost's ctr_binarization: a statistic of 0 to 1 becomes 0 to 15. */
export const statisticBorders = 15;

/** The border above interval `bin`, as CatBoost writes it: a hair below the whole number, so that values at it lie above. */
export function statisticBorder(bin: number): number {
  return Math.fround(bin + 0.999999);
}

export function nameOf({ sources, kind, prior, target }: StatisticSpec): string {
  return `${kind} ${prior} ${target} of ${sources.join(' ')}`;
}

// Groups and intervals are kept between trees up to here, then forgotten and counted anew.
const mostCachedBytes = 128 * 2 ** 20;

/**
 * @param good rows × targets: 1 where a row counts as good
 * @see Prokhorenkova et al., "CatBoost: unbiased boosting with categorical features" (2018), section 3.2
 */
export function statisticsOf(x: Matrix, good: readonly Uint8Array[]): Statistics {
  const groups = cache<Groups>(({ of }) => of.byteLength);
  const bins = cache<Uint8Array>((array) => array.byteLength);
  const groupsFor = (sources: readonly number[]) => groups(sources.join(' '), () => groupRows(x, sources));
  return {
    binsOf: (spec, order) =>
      bins(`${nameOf(spec)} in ${spec.kind === 'target' ? order.id : 'any'}`, () => {
        const known = groupsFor(spec.sources);
        return spec.kind === 'counter'
          ? counterBins(known, spec.prior)
          : orderedBins(known, good[spec.target], order.rows, spec.prior);
      }),
    groupsOf: (sources) => groupsFor(sources).first.length,
    finalOf: (spec) => finalColumn(x, spec, groupsFor(spec.sources), good[spec.target]),
  };
}

/** Which combination of codes each row has. */
interface Groups {
  readonly of: Uint32Array;
  /** The first row of each group. */
  readonly first: Uint32Array;
}

function groupRows(x: Matrix, sources: readonly number[]): Groups {
  let groups = groupCodes(x.rows, (row) => x.values[row * x.columns + sources[0]]);
  for (const source of sources.slice(1)) {
    const codes = groupCodes(x.rows, (row) => x.values[row * x.columns + source]);
    const { of, first } = groups;
    groups = groupCodes(x.rows, (row) => of[row] + first.length * codes.of[row]);
  }
  return groups;
}

/** A map takes NaN for equal to itself: missing is a code of its own. */
function groupCodes(rows: number, codeOf: (row: number) => number): Groups {
  const known = new Map<number, number>();
  const of = new Uint32Array(rows);
  const first: number[] = [];
  for (let row = 0; row < rows; row++) {
    const code = codeOf(row);
    let group = known.get(code);
    if (group === undefined) {
      known.set(code, (group = first.length));
      first.push(row);
    }
    of[row] = group;
  }
  return { of, first: Uint32Array.from(first) };
}

/** A row's statistic is read before the row itself is counted, so its label never enters it. */
function orderedBins(groups: Groups, good: Uint8Array, rows: Uint32Array, prior: number): Uint8Array {
  const goodSoFar = new Uint32Array(groups.first.length);
  const seenSoFar = new Uint32Array(groups.first.length);
  const bins = new Uint8Array(rows.length);
  for (const row of rows) {
    const group = groups.of[row];
    bins[row] = binOf((goodSoFar[group] + prior) / (seenSoFar[group] + 1));
    goodSoFar[group] += good[row];
    seenSoFar[group]++;
  }
  return bins;
}

function counterBins(groups: Groups, prior: number): Uint8Array {
  const counts = countsOf(groups);
  const most = largestOf(counts);
  return Uint8Array.from(groups.of, (group) => binOf((counts[group] + prior) / (most + 1)));
}

function binOf(statistic: number): number {
  const value = statisticBorders * statistic;
  const bin = Math.floor(value);
  return value > statisticBorder(bin) ? bin + 1 : bin;
}

function countsOf({ of, first }: Groups): Float64Array {
  const counts = new Float64Array(first.length);
  for (const group of of) counts[group]++;
  return counts;
}

function largestOf(counts: Float64Array): number {
  return counts.reduce((largest, count) => Math.max(largest, count), 0);
}

function finalColumn(x: Matrix, spec: StatisticSpec, groups: Groups, good: Uint8Array): DerivedColumn {
  const { sources, prior, kind } = spec;
  const counts = countsOf(groups);
  const goods = new Float64Array(counts.length);
  groups.of.forEach((group, row) => (goods[group] += good[row]));
  return {
    sources,
    prior,
    shift: 0,
    scale: statisticBorders,
    keys: Array.from(groups.first, (row) => keyOf(x.values, row * x.columns, sources)),
    good: kind === 'counter' ? counts : goods,
    seen: kind === 'counter' ? counts.map(() => largestOf(counts)) : counts,
  };
}

function cache<Value>(bytesOf: (value: Value) => number): (name: string, make: () => Value) => Value {
  const known = new Map<string, Value>();
  let bytes = 0;
  return (name, make) => {
    const found = known.get(name);
    if (found) return found;
    const made = make();
    bytes += bytesOf(made);
    if (bytes > mostCachedBytes) {
      known.clear();
      bytes = bytesOf(made);
    }
    known.set(name, made);
    return made;
  };
}

/**
 * Which rows count as good, one list a target: label 1 for logistic, each class for softmax, and for squared the labels above
 * the border that halves the rows most evenly (target_binarization with one border, MinEntropy).
 */
export function goodRows(loss: string, labels: Float64Array, classes: number): Uint8Array[] {
  if (loss === 'logistic') return [Uint8Array.from(labels)];
  if (loss === 'squared') {
    const border = evenBorder(labels);
    return [Uint8Array.from(labels, (label) => Number(label > border))];
  }
  return Array.from({ length: classes }, (_, k) => Uint8Array.from(labels, (label) => Number(label === k)));
}

/** The lower neighbour of the even border: labels above it are good. Infinite where all labels agree. */
function evenBorder(labels: Float64Array): number {
  const sorted = labels.slice().sort();
  let [border, best] = [Infinity, 0];
  for (let below = 1; below < sorted.length; below++) {
    const smaller = Math.min(below, sorted.length - below);
    if (sorted[below - 1] < sorted[below] && smaller > best) [border, best] = [sorted[below - 1], smaller];
  }
  return border;
}
