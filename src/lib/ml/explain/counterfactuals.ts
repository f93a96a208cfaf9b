import { matrix } from '../core/matrix.ts';
import { checkInteger } from '../trees/checks.ts';
import { answerOf, answersOf, type Predict } from './predict.ts';

/** A column a learner can change, and how far. */
export interface Lever {
  readonly column: number;
  readonly direction: 'up' | 'down' | 'both';
  /** The least change, in the column's unit; changes are whole multiples of it. */
  readonly step: number;
  /** The least and greatest value the column may get. */
  readonly low: number;
  readonly high: number;
  /** What a change of one unit costs. */
  readonly cost: number;
}

export type Target = { readonly below: number } | { readonly above: number };

export interface CounterfactualOptions {
  readonly target: Target;
  /** Levers moved together, 1 to 3; 3 unless told. */
  readonly mostLevers?: 1 | 2 | 3;
  /** Steps of one lever tried each way; 10 unless told. */
  readonly mostSteps?: number;
  /** Answers wanted; 5 unless told. */
  readonly mostResults?: number;
  /**
   * Combinations extended from one number of levers to the next; 200 unless told. While there are fewer, every combination is
   * tried and the cheapest is found for certain; beyond, those nearest to the target go on.
   */
  readonly beam?: number;
  /** The values after one lever moved: for columns that depend on the lever's. Adds the amount to the column unless told. */
  readonly apply?: (values: Float64Array, lever: Lever, amount: number) => Float64Array;
  /** Combinations for which this says no are left out. */
  readonly isPlausible?: (values: Float64Array) => boolean;
}

export interface Counterfactual {
  /** Whether the target is reached; else this is as near as these levers come. */
  readonly isReached: boolean;
  readonly changes: readonly Change[];
  /** Σ |to − from| · the lever's cost. */
  readonly cost: number;
  readonly before: number;
  readonly after: number;
}

export interface Change {
  readonly column: number;
  readonly from: number;
  readonly to: number;
}

/** A combination of moves in the search. */
interface Candidate {
  /** Places of the levers moved, ascending, and the amounts. */
  readonly moved: readonly number[];
  readonly amounts: readonly number[];
  readonly values: Float64Array;
  readonly cost: number;
  readonly after: number;
}

/**
 * The cheapest changes that bring a row's answer to the target, the cheapest first, each by other levers; when none does, the
 * changes that come nearest. Columns without a lever keep their values, unless `apply` moves them along. Levers whose column the row
 * lacks, or has outside of its bounds, are left alone. Empty when the answer is there already or no lever can move.
 *
 * @throws RangeError for a lever or target that makes no sense
 */
export function findCounterfactuals(
  predict: Predict,
  row: ArrayLike<number>,
  levers: readonly Lever[],
  options: CounterfactualOptions,
): Counterfactual[] {
  const { mostLevers = 3, mostSteps = 10, mostResults = 5, beam = 200 } = options;
  checkInteger('mostLevers', mostLevers, 1, 3);
  checkInteger('mostSteps', mostSteps, 1, 1000);
  checkInteger('mostResults', mostResults, 1, 1000);
  checkInteger('beam', beam, 1, 1_000_000);
  levers.forEach((lever, k) => checkLever(lever, `levers[${k}]`, row.length));
  const gapOf = gapTo(options.target);
  const before = answerOf(predict, row);
  if (gapOf(before) === 0) return [];
  const start: Candidate = { moved: [], amounts: [], values: Float64Array.from(row), cost: 0, after: before };
  const nearness = (a: Candidate, b: Candidate) =>
    gapOf(a.after) - gapOf(b.after) || a.cost - b.cost || compare(a, b);
  const found: Candidate[] = [];
  let pool = [start];
  for (let count = 1; count <= mostLevers && pool.length > 0; count++) {
    const longer = pool.flatMap((candidate) => extensions(candidate, levers, mostSteps, options));
    const answered = withAnswers(predict, unique(longer), row.length);
    found.push(...answered);
    // More levers on top of a combination that is there already only cost more.
    const short = answered.filter(({ after }) => gapOf(after) > 0).sort(nearness);
    pool = short.slice(0, beam);
  }
  const reached = found.filter(({ after }) => gapOf(after) === 0);
  const order = (a: Candidate, b: Candidate) =>
    a.cost - b.cost || a.moved.length - b.moved.length || compare(a, b);
  const ranked =
    reached.length > 0 ? reached.sort(order) : found.filter(isNearer(gapOf, before)).sort(nearness);
  return different(ranked, mostResults).map((candidate) => told(candidate, levers, row, before, gapOf));
}

function checkLever({ column, step, low, high, cost }: Lever, name: string, columns: number): void {
  checkInteger(`${name}.column`, column, 0, columns - 1);
  if (!(step > 0 && step < Infinity))
    throw new RangeError(`${name}.step: expected a positive number, got ${step}`);
  if (!(low <= high)) throw new RangeError(`${name}.low: expected at most high, ${high}, got ${low}`);
  if (!(cost > 0 && cost < Infinity))
    throw new RangeError(`${name}.cost: expected a positive number, got ${cost}`);
}

/** How far an answer is from the target; 0 when it is there. */
function gapTo(target: Target): (answer: number) => number {
  const bound = 'below' in target ? target.below : target.above;
  if (!Number.isFinite(bound)) throw new RangeError(`target: expected a number, got ${bound}`);
  if ('below' in target) return (answer) => Math.max(0, answer - bound);
  return (answer) => Math.max(0, bound - answer);
}

const isNearer = (gapOf: (answer: number) => number, before: number) => (candidate: Candidate) =>
  gapOf(candidate.after) < gapOf(before);

/** The candidate with one more lever moved, by every amount within bounds; not answered yet. */
function extensions(
  candidate: Candidate,
  levers: readonly Lever[],
  mostSteps: number,
  { apply = addAmount, isPlausible = () => true }: CounterfactualOptions,
): Candidate[] {
  return levers.flatMap((lever, place) => {
    const isTaken = candidate.moved.some((other) => levers[other].column === lever.column);
    if (isTaken) return [];
    return amountsOf(lever, candidate.values[lever.column], mostSteps).flatMap((amount) => {
      const values = apply(Float64Array.from(candidate.values), lever, amount);
      const longer = moveAdded(candidate, place, amount, values, Math.abs(amount) * lever.cost);
      return isWithinBounds(longer, levers) && isPlausible(values) ? [longer] : [];
    });
  });
}

function addAmount(values: Float64Array, { column }: Lever, amount: number): Float64Array {
  values[column] += amount;
  return values;
}

function amountsOf({ direction, step, low, high }: Lever, value: number, mostSteps: number): number[] {
  if (!(value >= low && value <= high)) return [];
  const steps = Array.from({ length: mostSteps }, (_, k) => (k + 1) * step);
  const up = direction === 'down' ? [] : steps.filter((amount) => value + amount <= high);
  const down =
    direction === 'up' ? [] : steps.filter((amount) => value - amount >= low).map((amount) => -amount);
  return [...up, ...down];
}

function moveAdded(
  { moved, amounts, values: before, cost, after }: Candidate,
  place: number,
  amount: number,
  values: Float64Array,
  added: number,
): Candidate {
  if (values.length !== before.length)
    throw new RangeError(`apply: expected ${before.length} values, got ${values.length}`);
  const at = moved.filter((other) => other < place).length;
  return {
    moved: moved.toSpliced(at, 0, place),
    amounts: amounts.toSpliced(at, 0, amount),
    values,
    cost: cost + added,
    after,
  };
}

/** Also after `apply` moved other columns along. */
function isWithinBounds({ moved, values }: Candidate, levers: readonly Lever[]): boolean {
  return moved.every((place) => {
    const { column, low, high } = levers[place];
    return values[column] >= low && values[column] <= high;
  });
}

/** The same moves in another order are the same combination. */
function unique(candidates: readonly Candidate[]): Candidate[] {
  const byKey = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = `${candidate.moved.join(' ')}:${candidate.amounts.join(' ')}`;
    if (!byKey.has(key)) byKey.set(key, candidate);
  }
  return [...byKey.values()];
}

function withAnswers(predict: Predict, candidates: readonly Candidate[], columns: number): Candidate[] {
  if (candidates.length === 0) return [];
  const x = new Float64Array(candidates.length * columns);
  candidates.forEach(({ values }, k) => x.set(values, k * columns));
  const answers = answersOf(predict, matrix(candidates.length, columns, x));
  return candidates.map((candidate, k) => ({ ...candidate, after: answers[k] }));
}

/** An order of its own for equals, so that the same question has the same answer. */
function compare(a: Candidate, b: Candidate): number {
  const [left, right] = [
    [...a.moved, ...a.amounts],
    [...b.moved, ...b.amounts],
  ];
  const k = left.findIndex((value, i) => value !== right[i]);
  return k < 0 ? 0 : left[k] - right[k];
}

/** The first of each set of levers; a set that holds another's is no news. */
function different(ranked: readonly Candidate[], most: number): Candidate[] {
  const chosen: Candidate[] = [];
  for (const candidate of ranked) {
    if (chosen.length === most) break;
    const isNews = !chosen.some(({ moved }) => moved.every((place) => candidate.moved.includes(place)));
    if (isNews) chosen.push(candidate);
  }
  return chosen;
}

function told(
  { moved, values, cost, after }: Candidate,
  levers: readonly Lever[],
  row: ArrayLike<number>,
  before: number,
  gapOf: (answer: number) => number,
): Counterfactual {
  const changes = moved.map((place) => {
    const { column } = levers[place];
    return { column, from: row[column], to: values[column] };
  });
  return { isReached: gapOf(after) === 0, changes, cost, before, after };
}
