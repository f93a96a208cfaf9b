import { sigmoid } from '../core/sigmoid.ts';
import { calibrate, type Calibration } from '../evaluate/calibration.ts';

/**
 * From the network's margin to that of its answer: straight lines between points, flat outside. It is what the teacher's
 * calibration does to the teacher's margins. A network that had to learn the steps of an isotonic map itself ordered the rows of
 * one step by chance (rank correlation .92 instead of .97); bent afterwards, both make the same steps.
 */
export interface Bend {
  /** Ascending, evenly spaced. */
  readonly at: readonly number[];
  /** Never falling. */
  readonly to: readonly number[];
}

// Margins beyond ±12 are as good as sure. A step of ⅜ keeps a jump of the map from blowing up the last bits of a margin.
const farthest = 12;
const points = 65;

/** Chances nearer to 0 or 1 than this are as good as sure. */
export const surest = 1e-5;

/** Leaves every margin within reach as it is. */
export const straight: Bend = { at: [-farthest, farthest], to: [-farthest, farthest] };

/** What a calibration does to margins, at evenly spaced ones. */
export function bendOf(calibration: Calibration): Bend {
  if (calibration.kind === 'identity') return straight;
  const at = Array.from({ length: points }, (_, i) => farthest * ((2 * i) / (points - 1) - 1));
  return { at, to: at.map((margin) => marginOf(calibrate(calibration, sigmoid(margin)))) };
}

export function marginOf(chance: number): number {
  return Math.log(Math.max(surest, chance) / Math.max(surest, 1 - chance));
}

/** Turns the first `count` margins into chances, where they stand. */
export function bendInto(bend: Bend, margins: Float32Array | Float64Array, count: number): void {
  const { at, to } = bend;
  const last = at.length - 1;
  const step = (at[last] - at[0]) / last;
  for (let i = 0; i < count; i++) {
    const place = Math.max(0, Math.min(last, (margins[i] - at[0]) / step));
    const low = Math.min(last - 1, Math.floor(place));
    margins[i] = sigmoid(to[low] + (place - low) * (to[low + 1] - to[low]));
  }
}

/** @throws TypeError that says what is wrong */
export function checkBend(bend: Bend): void {
  const { at, to } = bend;
  const last = at.length - 1;
  if (!(last >= 1 && to.length === at.length))
    throw new TypeError(`student.bend: expected two points or more, got ${at.length} and ${to.length}`);
  if (![...at, ...to].every(Number.isFinite))
    throw new TypeError('student.bend: expected numbers, got one that is not finite');
  const step = (at[last] - at[0]) / last;
  const isEven = at.every((margin, i) => Math.abs(margin - (at[0] + i * step)) <= 1e-6 * Math.abs(step));
  if (!(step > 0 && isEven)) throw new TypeError('student.bend: expected evenly spaced points, ascending');
  const fall = to.findIndex((margin, i) => i > 0 && margin < to[i - 1]);
  if (fall >= 0)
    throw new TypeError(`student.bend: expected never to fall, got ${to[fall]} at point ${fall}`);
}
