import { checkClassAnswers, checkProbabilities, checkShare } from './checks.ts';
import { type Interval, wilsonInterval } from './intervals.ts';

/**
 * The k-th smallest score, k = ⌈(n + 1) · coverage⌉: a fresh score of the same distribution is at most this with at
 * least the probability `coverage`. Infinity when k > n, for then only "everything" keeps the promise; −Infinity at 0.
 *
 * @param coverage 0 to 1
 * @see Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World" (2005); Lei et al. 2018, eq. 2
 */
export function conformalQuantile(scores: ArrayLike<number>, coverage: number): number {
  if (!(coverage >= 0 && coverage <= 1)) throw new RangeError(`coverage: expected 0 to 1, got ${coverage}`);
  for (let i = 0; i < scores.length; i++)
    if (Number.isNaN(scores[i])) throw new RangeError(`scores[${i}]: expected a number, got NaN`);
  if (coverage === 1) return Infinity;
  // 0.07 · 100 is 7.000000000000001 in floating point: the product's rounding must not cost a rank.
  const rank = Math.ceil((scores.length + 1) * coverage - 1e-9);
  if (rank > scores.length) return Infinity;
  return rank === 0 ? -Infinity : Float64Array.from(scores).sort()[rank - 1];
}

/**
 * How badly a class fits a row.
 * `probability`: 1 − its probability; the smallest sets.
 * `cumulative`: the probability of all classes at least as likely (APS without chance); evener coverage over rows.
 * `regularised`: the same, plus `penalty` for each class beyond the `freeRanks` likeliest (RAPS); shorter sets.
 *
 * @see Romano, Sesia and Candès, "Classification with Valid and Adaptive Coverage" (NeurIPS 2020)
 * @see Angelopoulos, Bates, Malik and Jordan, "Uncertainty Sets for Image Classifiers" (ICLR 2021)
 */
export type SetScore =
  | { readonly kind: 'probability' }
  | { readonly kind: 'cumulative' }
  | { readonly kind: 'regularised'; readonly penalty: number; readonly freeRanks: number };

/** Which classes a row may belong to, with a promised share of rows whose own class is among them. */
export interface ConformalSets {
  readonly kind: 'conformal-sets';
  readonly version: 1;
  readonly coverage: number;
  /** Thresholds by class: the promise holds within every class, not only over all rows. */
  readonly byClass: boolean;
  readonly score: SetScore;
  /** One a class: the class is in the set when its score is at most this. Infinity: always in. */
  readonly thresholds: Float64Array;
  /** Rows that each threshold rests on. */
  readonly rows: Uint32Array;
}

export interface ConformalSetOptions {
  /** Promised share, between 0 and 1. */
  readonly coverage: number;
  /** True unless told: with one threshold for all, a rare class pays for the others. */
  readonly byClass?: boolean;
  /** `probability` unless told. */
  readonly score?: SetScore;
}

/**
 * Thresholds from rows the model was not fitted on.
 *
 * @param probabilities rows × classes, row-major
 * @see Vovk, "Conditional Validity of Inductive Conformal Predictors" (2012), for thresholds by class (Mondrian)
 */
export function fitConformalSets(
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
  { coverage, byClass = true, score = { kind: 'probability' } }: ConformalSetOptions,
): ConformalSets {
  checkClassAnswers('fitConformalSets', probabilities, labels, classes);
  checkShare('coverage', coverage);
  checkScore(score);
  const own = Array.from(labels, (label, i) => ({
    label,
    score: scoresOf(score, rowAt(probabilities, i, classes))[label],
  }));
  const scoresFor = (c: number) =>
    own.filter(({ label }) => !byClass || label === c).map(({ score }) => score);
  const perClass = Array.from({ length: classes }, (_, c) => scoresFor(c));
  return {
    kind: 'conformal-sets',
    version: 1,
    coverage,
    byClass,
    score,
    thresholds: Float64Array.from(perClass, (scores) => conformalQuantile(scores, coverage)),
    rows: Uint32Array.from(perClass, (scores) => scores.length),
  };
}

function checkScore(score: SetScore): void {
  if (score.kind !== 'regularised') return;
  const { penalty, freeRanks } = score;
  if (!(penalty >= 0 && penalty < Infinity))
    throw new RangeError(`penalty: expected 0 or more, got ${penalty}`);
  if (!(Number.isInteger(freeRanks) && freeRanks >= 0))
    throw new RangeError(`freeRanks: expected an integer of 0 or more, got ${freeRanks}`);
}

function rowAt(probabilities: Float64Array, row: number, classes: number): Float64Array {
  return probabilities.subarray(row * classes, (row + 1) * classes);
}

/** The score of each class of one row. */
function scoresOf(score: SetScore, row: Float64Array): Float64Array {
  if (score.kind === 'probability') return row.map((probability) => 1 - probability);
  return row.map((probability) => {
    let [mass, rank] = [0, 0];
    for (const other of row) {
      if (other < probability) continue;
      mass += other;
      rank++;
    }
    return score.kind === 'cumulative' ? mass : mass + score.penalty * Math.max(0, rank - score.freeRanks);
  });
}

/**
 * The classes in the set, ascending. None when the row is unlike all that calibration saw; all when nothing is known.
 * @param probabilities of one row, one a class
 */
export function conformalSet(model: ConformalSets, probabilities: Float64Array): number[] {
  const classes = model.thresholds.length;
  if (probabilities.length !== classes)
    throw new RangeError(`conformalSet: expected ${classes} probabilities, got ${probabilities.length}`);
  checkProbabilities('conformalSet', probabilities);
  const scores = scoresOf(model.score, probabilities);
  return [...scores.keys()].filter((c) => scores[c] <= model.thresholds[c]);
}

export interface CoverageReport {
  /** Share of rows whose class was in the set. */
  readonly covered: Interval;
  /** The same within each class; 0 to 1 around NaN where a class has no row. */
  readonly byClass: readonly { readonly rows: number; readonly covered: Interval }[];
  readonly meanSize: number;
  /** `sizes[k]`: how many rows got a set of k classes. */
  readonly sizes: Uint32Array;
}

/** What the sets kept of their promise on fresh rows. @param probabilities rows × classes, row-major */
export function coverageReport(
  model: ConformalSets,
  probabilities: Float64Array,
  labels: ArrayLike<number>,
): CoverageReport {
  const classes = model.thresholds.length;
  checkClassAnswers('coverageReport', probabilities, labels, classes);
  const sizes = new Uint32Array(classes + 1);
  const rows = new Uint32Array(classes);
  const covered = new Uint32Array(classes);
  for (let i = 0; i < labels.length; i++) {
    const set = conformalSet(model, rowAt(probabilities, i, classes));
    sizes[set.length]++;
    rows[labels[i]]++;
    covered[labels[i]] += Number(set.includes(labels[i]));
  }
  const total = covered.reduce((sum, count) => sum + count, 0);
  return {
    covered: wilsonInterval(total, labels.length),
    byClass: Array.from(rows, (count, c) => ({ rows: count, covered: wilsonInterval(covered[c], count) })),
    meanSize: sizes.reduce((sum, count, size) => sum + count * size, 0) / labels.length,
    sizes,
  };
}

export type RiskVerdict = 'low' | 'high' | 'cannot tell';

/** Conformal sets for a single probability: within those at risk and within those not, the promise holds. */
export function fitRiskSets(
  answers: Float64Array,
  labels: ArrayLike<number>,
  options: ConformalSetOptions,
): ConformalSets {
  return fitConformalSets(bothClasses(answers), labels, 2, options);
}

/** Rows × 2 from the probability of label 1, as `coverageReport` wants them. */
export function bothClasses(answers: Float64Array): Float64Array {
  return Float64Array.from({ length: 2 * answers.length }, (_, i) =>
    i % 2 === 1 ? answers[i >> 1] : 1 - answers[i >> 1],
  );
}

/** Neither class and both classes come to the same for whoever must act: the model cannot tell. */
export function riskVerdict(model: ConformalSets, answer: number): RiskVerdict {
  const set = conformalSet(model, bothClasses(Float64Array.of(answer)));
  if (set.length !== 1) return 'cannot tell';
  return set[0] === 1 ? 'high' : 'low';
}
