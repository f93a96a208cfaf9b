import type { Model } from '#lib/ml/ensemble/index.ts';
import { calibratedLoss } from './confidence.ts';
import type { PartRows } from './dataset.ts';

/** A model that could serve a task. */
export interface Candidate {
  readonly name: string;
  readonly model: Model;
}

/** Which candidate serves, with the log loss of each on the calibration part. */
export interface Choice {
  readonly chosen: Candidate;
  readonly losses: readonly number[];
}

/** The candidate with the least log loss on the calibration part; the first of equals. The test part has no say. */
export function chooseModel(candidates: readonly Candidate[], part: PartRows, classes: number): Choice {
  const losses = candidates.map(({ model }) => calibratedLoss(model, part, classes));
  return { chosen: candidates[losses.indexOf(Math.min(...losses))], losses };
}
