import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import {
  type Badge,
  type Criterion,
  historyProbe,
  leavesOf,
  type Outcome,
  type Probe,
} from '#lib/domain/badges/index.ts';
import { isMet } from '#lib/domain/badges/evaluate.ts';
import { type Effect, effectsOf } from '#lib/domain/decisions/confidence.ts';
import type { DayQuality } from '#lib/domain/decisions/day-quality.ts';
import { marginOf } from '#lib/domain/decisions/margin.ts';
import { daysNeeded, qualitySigns, type Signs } from '#lib/domain/decisions/signs.ts';
import { withoutDoubtful } from '#lib/domain/decisions/soundness.ts';
import {
  buildHistory,
  type LearnerHistory,
  type MeasureContext,
  measureInfo,
} from '#lib/domain/features/index.ts';
import { type ConfidenceRule, confidenceOf } from './threshold.ts';

/** A learner as the confidence sees one: the measures' history, and the raw evidence on demand. */
export interface Subject {
  readonly history: LearnerHistory;
  readonly context: MeasureContext;
  readonly timeZone: string;
  /** What each day in [from, before) is worth as evidence. */
  qualities(from: SchoolDay, before: SchoolDay): Promise<readonly DayQuality[]>;
  rollups(): Promise<readonly DailyRollup[]>;
}

export interface Weighing {
  readonly confidence: number;
  /** By the hand-set weights alone. */
  readonly uncalibrated: number;
  readonly signs: Signs;
  readonly effects: readonly Effect[];
}

// A rule over years rests on evidence too old to be checked event by event; the last twelve weeks must do.
const longestLook = 84;

/** How sure we are that a badge whose rule was met on `crossedOn` is deserved. */
export async function weighCrossing(
  subject: Subject,
  rule: ConfidenceRule,
  badge: Badge,
  outcome: Outcome,
  crossedOn: SchoolDay,
  holds: Probe['holds'],
): Promise<Weighing> {
  const before = crossedOn + 1;
  const from = before - lookOf(badge.criterion);
  const days = await subject.qualities(before - daysNeeded(longestLook), before);
  const signs: Signs = {
    ...qualitySigns(days, from, before),
    margin: marginOf(outcome.parts, (measure) => measureInfo(measure).unit),
    standsOnSound: await standsOnSound(subject, badge.criterion, days, from, before, holds),
  };
  return { ...confidenceOf(rule, signs), signs, effects: effectsOf(signs) };
}

/** Days that the rule looks back, at most twelve weeks. */
function lookOf(criterion: Criterion): number {
  const windows = leavesOf(criterion).map((leaf) => ('window' in leaf ? (leaf.window ?? longestLook) : 0));
  return Math.min(longestLook, Math.max(28, ...windows));
}

/** Whether the rule would have been met without the doubtful events. */
async function standsOnSound(
  subject: Subject,
  criterion: Criterion,
  days: readonly DayQuality[],
  from: SchoolDay,
  before: SchoolDay,
  holds: Probe['holds'],
): Promise<boolean> {
  const doubtful = days.filter(({ day }) => day >= from && day < before).flatMap((day) => day.doubtful);
  if (doubtful.length === 0) return true;
  const { history, context, timeZone } = subject;
  const span = { from: history.from, before: history.before, joinedOn: history.observedFrom };
  const sound = buildHistory(withoutDoubtful(await subject.rollups(), doubtful, timeZone), span);
  return isMet(criterion, historyProbe(sound, context, holds), before);
}
