import { matrix, type Matrix } from '../core/matrix.ts';
import { normal, type Random, seededRandom } from '../core/random.ts';
import { checkInteger, checkRange } from '../trees/checks.ts';
import { answersOf, meanOf, type Predict } from './predict.ts';
import { fitRidge, type Ridge } from './ridge.ts';
import type { ChoiceSummary, NumberSummary, TrainingSummary } from './training-summary.ts';

export interface LimeOptions {
  readonly seed: number;
  /** Rows drawn; 5,000 unless told. */
  readonly samples?: number;
  /** Numbers are drawn around the row itself or around the mean of training, as the original does; the row unless told. */
  readonly centre?: 'row' | 'training';
  /** The kernel's width is this times √p, in standard deviations; 0.75 unless told. */
  readonly width?: number;
  /** The ridge penalty; 1 unless told. */
  readonly alpha?: number;
}

/** A line that stands for the model around one row, or the news that none does. */
export type Lime =
  | {
      readonly fits: true;
      /** The weighted share of the answers' variance that the line explains, 0.5 to 1. */
      readonly r2: number;
      readonly centre: 'row' | 'training';
      readonly intercept: number;
      /** The strongest first. */
      readonly effects: readonly LimeEffect[];
      /** How alike the strongest effects are over five seeds: shared ones over all named, averaged over pairs; 0 to 1. */
      readonly stability: number;
    }
  | { readonly fits: false; readonly r2: number };

export interface LimeEffect {
  /** One column for a number, all of its columns for a choice. */
  readonly columns: readonly number[];
  /** For a number: what one standard deviation more adds to the answer. For a choice: what this one adds against others. */
  readonly effect: number;
  /** The standard deviation of the effect over five seeds. */
  readonly spread: number;
}

const leastFit = 0.5;
const seeds = 5;
const compared = 3;

/**
 * A local linear explanation. Numbers that the row lacks, and those that never vary in training, stay as they are.
 *
 * @see Ribeiro, Singh and Guestrin, "Why should I trust you?" (2016), for the method; the kernel is that of their program
 */
export function lime(
  predict: Predict,
  row: ArrayLike<number>,
  training: TrainingSummary,
  options: LimeOptions,
): Lime {
  const { seed, centre = 'row', ...shape } = options;
  const { samples = 5000, width = 0.75, alpha = 1 } = shape;
  checkInteger('samples', samples, 10, 1_000_000);
  checkRange('width', width, 1e-3, 1e3);
  checkRange('alpha', alpha, 1e-9, 1e9);
  const world = localWorld(row, training, centre);
  if (world.parts.length === 0) return { fits: false, r2: 0 };
  const fitOnce = (own: number) => {
    const { x, z } = drawAround(row, world, samples, seededRandom(own));
    return fitRidge(z, answersOf(predict, x), kernelWeights(z, width * Math.sqrt(z.columns)), alpha);
  };
  const first = fitOnce(seed);
  if (!(first.r2 >= leastFit)) return { fits: false, r2: first.r2 };
  const fits = [first, ...Array.from({ length: seeds - 1 }, (_, k) => fitOnce(seed + k + 1))];
  return {
    fits: true,
    r2: first.r2,
    centre,
    intercept: first.intercept,
    effects: effectsOf(world.parts, fits),
    stability: stabilityOf(fits),
  };
}

type Part = {
  readonly columns: readonly number[];
  readonly draw: (random: Random, into: Float64Array) => number;
};

interface World {
  readonly parts: readonly Part[];
  /** Where the row itself stands, one number a part. */
  readonly origin: Float64Array;
}

function localWorld(row: ArrayLike<number>, training: TrainingSummary, centre: 'row' | 'training'): World {
  const numbers = training.numbers.filter(
    ({ column, deviation }) => deviation > 0 && !Number.isNaN(row[column]),
  );
  const choices = training.choices.filter(
    ({ columns, options }) => options.length > 1 && columns.every((column) => !Number.isNaN(row[column])),
  );
  const standing = ({ column, mean, deviation }: NumberSummary) => (row[column] - mean) / deviation;
  return {
    parts: [
      ...numbers.map((one) => numberPart(one, centre === 'row' ? standing(one) : 0)),
      ...choices.map((one) => choicePart(one, row)),
    ],
    origin: Float64Array.from([...numbers.map(standing), ...choices.map(() => 1)]),
  };
}

function numberPart({ column, mean, deviation }: NumberSummary, centre: number): Part {
  return {
    columns: [column],
    draw: (random, into) => {
      const z = centre + normal(random);
      into[column] = mean + z * deviation;
      return z;
    },
  };
}

/** Drawn as often as in training; 1 where it is the row's own. */
function choicePart({ columns, options, shares }: ChoiceSummary, row: ArrayLike<number>): Part {
  const isOwn = options.map((option) => columns.every((column, k) => option[k] === row[column]));
  return {
    columns,
    draw: (random, into) => {
      let place = 0;
      for (let left = random() - shares[0]; left >= 0 && place < options.length - 1;) left -= shares[++place];
      columns.forEach((column, k) => (into[column] = options[place][k]));
      return Number(isOwn[place]);
    },
  };
}

/** Rows for the model and the same rows as the line sees them; the first is the row itself, at the origin. */
function drawAround(row: ArrayLike<number>, { parts, origin }: World, samples: number, random: Random) {
  const x = new Float64Array(samples * row.length);
  const z = new Float64Array(samples * parts.length);
  for (let i = 0; i < samples; i++) {
    const own = x.subarray(i * row.length, (i + 1) * row.length);
    own.set(row);
    if (i === 0) z.set(origin);
    else parts.forEach((part, k) => (z[i * parts.length + k] = part.draw(random, own)));
  }
  return { x: matrix(samples, row.length, x), z: matrix(samples, parts.length, z) };
}

/** √exp(−d²/width²) by the distance from the first row. */
function kernelWeights({ rows, columns, values }: Matrix, width: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let square = 0;
    for (let j = 0; j < columns; j++) square += (values[i * columns + j] - values[j]) ** 2;
    return Math.exp(-square / (2 * width * width));
  });
}

function effectsOf(parts: readonly Part[], fits: readonly Ridge[]): LimeEffect[] {
  return parts
    .map(({ columns }, k) => {
      const found = fits.map(({ coefficients }) => coefficients[k]);
      const mean = meanOf(found);
      const variance = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (found.length - 1);
      return { columns, effect: found[0], spread: Math.sqrt(variance) };
    })
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
}

function stabilityOf(fits: readonly Ridge[]): number {
  const strongest = fits.map(({ coefficients }) =>
    [...coefficients.keys()]
      .sort((a, b) => Math.abs(coefficients[b]) - Math.abs(coefficients[a]))
      .slice(0, compared),
  );
  const likeness = (a: readonly number[], b: readonly number[]) =>
    a.filter((place) => b.includes(place)).length / new Set([...a, ...b]).size;
  return meanOf(strongest.flatMap((a, i) => strongest.slice(i + 1).map((b) => likeness(a, b))));
}
