import { classTally } from './tally-classes.ts';
import { numberTally } from './tally-numbers.ts';
import { pairTally } from './tally-pair.ts';
import type { Tally, TallySource } from './tally.ts';

/** The tally that suits the labels: the fastest for two classes of unweighted rows. */
export function tallyFor(source: TallySource): Tally {
  if (source.settings.classes === 1) return numberTally(source);
  return source.settings.classes === 2 && !source.weights ? pairTally(source) : classTally(source);
}
