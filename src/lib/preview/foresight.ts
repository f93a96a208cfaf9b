import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { horizonDays } from '#lib/domain/badges/chance-inputs.ts';
import { badgesNamedIn, daysOfSequences } from '#lib/domain/badges/criterion.ts';
import { evaluateCriterion, type Outcome } from '#lib/domain/badges/evaluate.ts';
import { type FindCrossingsBy, prepareCrossingsBy } from '#lib/domain/badges/retroactive.ts';
import {
  buildHistory,
  extendHistory,
  featureCatalogue,
  type LearnerHistory,
  measureAll,
  type MeasureContext,
  type SchoolCalendar,
  schoolCalendar,
} from '#lib/domain/features/index.ts';
import type { PlanStart } from '#lib/domain/plans/index.ts';
import {
  chosenDeeds,
  type Deeds,
  type FrozenMeasure,
  futureRollups,
  habitsOf,
  isFrozen,
  probeWithFrozen,
  type Situation,
} from '#lib/domain/what-if/index.ts';
import { type PreviewBadge, type PreviewData, unpackFrozen, unpackRollups } from './data.ts';
import { type MemoProbe, memoProbe } from './memo-probe.ts';
import { onDemand } from './on-demand.ts';

/** How a learner would stand on a day, were the deeds done. */
export interface Prospect {
  readonly before: SchoolDay;
  /** In the order of the feature catalogue. */
  readonly values: Float64Array;
  /** One a badge asked for, in their order; those met on an earlier day stay met. */
  readonly outcomes: readonly Outcome[];
  /** The progress one horizon before, one a badge; NaN when the learner was not there yet. */
  readonly pasts: ArrayLike<number>;
  /** Badges held, with those newly met on the way. */
  readonly held: number;
}

export interface Foresight {
  readonly today: SchoolDay;
  readonly calendar: SchoolCalendar;
  situation(): Situation;
  look(deeds: Deeds, until: SchoolDay): Prospect;
  /** The learner as of the day a plan begins, today or a little before. */
  startOn(from: SchoolDay): PlanStart;
}

/** What stays the same whatever is supposed. */
interface Scene {
  readonly data: PreviewData;
  readonly asked: readonly PreviewBadge[];
  readonly rollups: readonly DailyRollup[];
  /** Up to today. */
  readonly history: LearnerHistory;
  readonly context: MeasureContext;
  readonly frozen: readonly FrozenMeasure[];
  /** The frozen features: place in the catalogue and value. */
  readonly frozenValues: readonly (readonly [number, number])[];
  readonly heldOn: ReadonlyMap<string, SchoolDay>;
  readonly probe: MemoProbe;
  cross(): FindCrossingsBy;
}

/**
 * @param asked the badges whose outcomes are wanted, some of those in `data`
 * @param farthest the last day that will be asked about
 */
export function openForesight(
  data: PreviewData,
  asked: readonly PreviewBadge[],
  farthest: SchoolDay,
): Foresight {
  const scene = sceneOf(data, asked, farthest);
  const { calendar } = scene.context;
  const { before: today, joinedOn } = data;
  const situation = onDemand(() => situationOf(scene));
  const pasts = new Map<SchoolDay, Float64Array>();
  return {
    today,
    calendar,
    situation,
    look: (deeds, until) => {
      if (until === today && chosenDeeds(deeds).length === 0) return prospectOf(scene, scene.history, pasts);
      const future = futureRollups(situation(), deeds, { from: today, before: until });
      return prospectOf(scene, extendHistory(scene.history, future, { before: until, joinedOn }), pasts);
    },
    startOn: (from) => startOn(scene, situation(), from),
  };
}

function situationOf({ data, rollups, context: { calendar } }: Scene): Situation {
  const { before: today, joinedOn, due } = data;
  return {
    calendar,
    habits: habitsOf(rollups, calendar, today, joinedOn),
    due: due && due.map(({ dueOn }) => dueOn).filter((day) => day >= today),
  };
}

function sceneOf(data: PreviewData, asked: readonly PreviewBadge[], farthest: SchoolDay): Scene {
  const { before, joinedOn } = data;
  const rollups = unpackRollups(data.rollups);
  const frozen = unpackFrozen(data.frozen);
  const longest = Math.max(0, ...data.badges.map(({ criterion }) => daysOfSequences(criterion)));
  return {
    data,
    asked,
    rollups,
    history: buildHistory(rollups, {
      from: Math.min(joinedOn, before, rollups.at(0)?.day ?? before),
      before,
      joinedOn,
    }),
    context: { calendar: schoolCalendar(data.calendar), classHistory: null },
    frozen,
    frozenValues: frozenFeatures(frozen),
    heldOn: new Map(data.held.map(({ badgeId, crossedOn }) => [badgeId, crossedOn])),
    cross: onDemand(() => prepareCrossingsBy(withNamed(data.badges))),
    probe: memoProbe(before - horizonDays - longest, before, farthest),
  };
}

/** Rules may name badges that are held, or not active: those come along with a rule that nothing meets. */
function withNamed(badges: readonly PreviewBadge[]): readonly Pick<PreviewBadge, 'id' | 'criterion'>[] {
  const open = new Set(badges.map(({ id }) => id));
  const named = new Set(badges.flatMap(({ criterion }) => [...badgesNamedIn(criterion)]));
  const others = [...named].filter((id) => !open.has(id));
  return [...others.map((id) => ({ id, criterion: { any: [] } })), ...badges];
}

function frozenFeatures(frozen: readonly FrozenMeasure[]): (readonly [number, number])[] {
  return featureCatalogue.flatMap(({ measure, window }, index) => {
    if (!isFrozen(measure)) return [];
    const known = frozen.find((one) => one.measure === measure && one.window === window);
    return [[index, known?.now ?? NaN] as const];
  });
}

function prospectOf(
  scene: Scene,
  history: LearnerHistory,
  knownPasts: Map<SchoolDay, Float64Array>,
): Prospect {
  const { data, asked, context, heldOn, probe } = scene;
  const { before } = history;
  const values = measureAll(history, context, before);
  for (const [index, value] of scene.frozenValues) values[index] = value;
  const known: { crossings: ReadonlyMap<string, SchoolDay> } = { crossings: heldOn };
  const holds = (badgeId: string, day: SchoolDay) => (known.crossings.get(badgeId) ?? Infinity) < day;
  probe.begin(probeWithFrozen(history, context, scene.frozen, data.before, holds));
  // As of today there is no way yet on which a rule could have been met and lost again.
  if (before > data.before)
    known.crossings = scene.cross()(history, probe.measure, heldOn, { from: data.before - 1, before });
  const outcomes = asked.map(({ id, criterion }) =>
    evaluateCriterion(criterion, probe, (known.crossings.get(id) ?? before - 1) + 1),
  );
  const earlier = before - horizonDays;
  const pasts = knownPasts.get(earlier) ?? pastsOf(scene, history, earlier);
  if (earlier <= data.before) knownPasts.set(earlier, pasts);
  return { before, values, outcomes, pasts, held: heldBy(scene, known.crossings) };
}

/** Badges whose rule was met already when the data was sent wait for a decision: they are not held yet. */
function heldBy({ data, heldOn }: Scene, crossings: ReadonlyMap<string, SchoolDay>): number {
  const met = data.badges.filter(({ id }) => (crossings.get(id) ?? -Infinity) >= data.before);
  return heldOn.size + met.length;
}

function pastsOf({ asked, probe }: Scene, { from }: LearnerHistory, day: SchoolDay): Float64Array {
  return Float64Array.from(asked, ({ criterion }) =>
    day > from ? evaluateCriterion(criterion, probe, day).progress : NaN,
  );
}

/** What was handed in on time since then was due then: what is asked of the week does not shrink as it is done. */
function startOn(scene: Scene, situation: Situation, from: SchoolDay): PlanStart {
  const { rollups, data, frozen, heldOn } = scene;
  const handedIn = rollups
    .filter(({ day, kind }) => day >= from && kind === 'submit')
    .flatMap(({ day, count, lateCount }) => Array.from({ length: count - lateCount }, () => day));
  const { calendar } = situation;
  return {
    from,
    rollups,
    joinedOn: data.joinedOn,
    situation: {
      calendar,
      habits: habitsOf(rollups, calendar, from, data.joinedOn),
      due: situation.due && [...handedIn, ...situation.due].toSorted((a, b) => a - b),
    },
    frozen,
    heldOn: new Map([...heldOn].filter(([, day]) => day < from)),
    open: data.badges,
  };
}
