import type { SchoolDay } from '../activity/school-day.ts';
import { horizonDays } from '../badges/chance-inputs.ts';
import type { Badge } from '../badges/badge.ts';
import { leavesOf } from '../badges/criterion.ts';
import type { Probe } from '../badges/evaluate.ts';
import { historyProbe } from '../badges/retroactive.ts';
import {
  featureCatalogue,
  type LearnerHistory,
  measureInfo,
  type MeasureContext,
} from '../features/index.ts';

/**
 * What a comparison with the class says, on the day the data was sent and one horizon before. What classmates did never
 * leaves the server, since in a small class it would reveal a person; so these values stand still whatever is supposed.
 */
export interface FrozenMeasure {
  readonly measure: string;
  readonly window: number | null;
  /** NaN when not measured, as below. */
  readonly now: number;
  readonly then: number;
}

/** Whether a measure compares with classmates. */
export function isFrozen(measure: string): boolean {
  return measureInfo(measure).family === 'class';
}

/** The comparisons with the class that the features or these badges ask for, each once. */
export function frozenWanted(
  badges: readonly Pick<Badge, 'criterion'>[],
): readonly Pick<FrozenMeasure, 'measure' | 'window'>[] {
  const named = badges.flatMap(({ criterion }) => leavesOf(criterion).filter((leaf) => 'measure' in leaf));
  const wanted = [...featureCatalogue, ...named].filter(({ measure }) => isFrozen(measure));
  const byKey = new Map(wanted.map(({ measure, window }) => [`${measure} ${window}`, { measure, window }]));
  return [...byKey.values()];
}

/** Answers rules from a history, and comparisons with the class by the nearer of the two days known. */
export function probeWithFrozen(
  history: LearnerHistory,
  context: MeasureContext,
  frozen: readonly FrozenMeasure[],
  sentOn: SchoolDay,
  holds: Probe['holds'],
): Probe {
  const open = historyProbe(history, context, holds);
  return {
    holds,
    measure: (id, window, before) => {
      if (!isFrozen(id)) return open.measure(id, window, before);
      const known = frozen.find((one) => one.measure === id && one.window === window);
      if (!known || before <= history.from) return NaN;
      return before > sentOn - horizonDays / 2 ? known.now : known.then;
    },
  };
}
