import { checkFinite, checkLength, checkPaired, checkShare } from './checks.ts';
import { conformalQuantile } from './conformal.ts';

/**
 * What a model says of numbers. A point prediction is a band without width: the same array as `low` and `high`.
 * Two quantile predictions make a band that knows where it is unsure.
 */
export interface Bands {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** How hard each row is, above 0; margins scale with it. 1 each unless told. */
  readonly spread?: Float64Array;
  /** The promise holds within each group (Mondrian); over all rows unless told. */
  readonly groups?: readonly string[];
}

export interface ConformalIntervals {
  readonly kind: 'conformal-intervals';
  readonly version: 1;
  readonly coverage: number;
  /** Group names, and how far each moves the ends of its bands outwards, in units of spread; below 0 inwards. */
  readonly groups: readonly string[];
  readonly margins: Float64Array;
  /** Rows that each margin rests on. */
  readonly rows: Uint32Array;
}

const everyone = '';

/**
 * Margins from rows the model was not fitted on; the score of a row is max(low − y, y − high) / spread. For a point
 * prediction that is the absolute residual.
 *
 * @see Lei et al., "Distribution-Free Predictive Inference for Regression" (2018)
 * @see Romano, Patterson and Candès, "Conformalized Quantile Regression" (NeurIPS 2019), eq. 6
 */
export function fitConformalIntervals(
  bands: Bands,
  truth: Float64Array,
  { coverage }: { readonly coverage: number },
): ConformalIntervals {
  checkBands(bands, truth);
  checkShare('coverage', coverage);
  const { low, high, spread } = bands;
  const scores = truth.map((y, i) => Math.max(low[i] - y, y - high[i]) / (spread?.[i] ?? 1));
  const byGroup = Map.groupBy(scores.keys(), (i) => bands.groups?.[i] ?? everyone);
  const groups = [...byGroup.keys()].sort();
  const scoresOf = (group: string) => Array.from(byGroup.get(group) ?? [], (i) => scores[i]);
  return {
    kind: 'conformal-intervals',
    version: 1,
    coverage,
    groups,
    margins: Float64Array.from(groups, (group) => conformalQuantile(scoresOf(group), coverage)),
    rows: Uint32Array.from(groups, (group) => scoresOf(group).length),
  };
}

function checkBands({ low, high, spread, groups }: Bands, truth: Float64Array): void {
  checkPaired('fitConformalIntervals', low, truth);
  checkLength('high', high, truth.length);
  if (groups) checkLength('groups', groups, truth.length);
  if (spread) checkLength('spread', spread, truth.length);
  for (const [name, values] of Object.entries({ low, high, truth })) checkFinite(name, values);
  spread?.forEach((width, i) => checkSpread(`spread[${i}]`, width));
}

function checkSpread(name: string, spread: number): void {
  if (!(spread > 0 && spread < Infinity))
    throw new RangeError(`${name}: expected a positive number, got ${spread}`);
}

/** One row's band. */
export interface Band {
  readonly low: number;
  readonly high: number;
  readonly spread?: number;
  readonly group?: string;
}

/**
 * The interval that holds the truth with the promised probability. A group that calibration never saw gets all numbers:
 * of it nothing is known. Ends that a negative margin would cross meet in the middle.
 */
export function conformalInterval(
  model: ConformalIntervals,
  band: Band,
): readonly [low: number, high: number] {
  const { low, high, spread = 1, group = everyone } = band;
  checkFinite('band', [low, high]);
  checkSpread('spread', spread);
  const index = model.groups.indexOf(group);
  const margin = index < 0 ? Infinity : model.margins[index] * spread;
  if (low - margin > high + margin) return [(low + high) / 2, (low + high) / 2];
  return [low - margin, high + margin];
}
