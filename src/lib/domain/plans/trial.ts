import type { DailyRollup } from '../activity/rollup.ts';
import type { SchoolDay } from '../activity/school-day.ts';
import type { Badge } from '../badges/badge.ts';
import { badgesNamedIn } from '../badges/criterion.ts';
import { evaluateCriterion, type Missing } from '../badges/evaluate.ts';
import { prepareCrossingsBy } from '../badges/retroactive.ts';
import { buildHistory, extendHistory, type MeasureContext } from '../features/index.ts';
import { type FrozenMeasure, futureRollups, probeWithFrozen, type Situation } from '../what-if/index.ts';
import type { PlannedWeek } from './plan.ts';

export type Ruled = Pick<Badge, 'id' | 'criterion'>;

/** A learner on the day a plan begins. */
export interface PlanStart {
  /** The first day of the plan; only days before it are known. */
  readonly from: SchoolDay;
  readonly rollups: readonly DailyRollup[];
  readonly joinedOn: SchoolDay;
  readonly situation: Situation;
  readonly frozen: readonly FrozenMeasure[];
  readonly heldOn: ReadonlyMap<string, SchoolDay>;
  /** The badges still open: rules may ask for each other. */
  readonly open: readonly Ruled[];
}

export interface Trial {
  /** The day on whose evening the rule is first met when these weeks are lived; null when it is not. */
  metOn(weeks: readonly PlannedWeek[]): SchoolDay | null;
  /** What is still missing at the end of them. */
  missing(weeks: readonly PlannedWeek[]): readonly Missing[];
}

/** Tries out weeks on one badge. */
export function openTrial(badge: Ruled, start: PlanStart): Trial {
  const { from, rollups, joinedOn, situation, frozen, heldOn } = start;
  const past = rollups.filter(({ day }) => day < from);
  const first = past.reduce((earliest, { day }) => Math.min(earliest, day), Math.min(joinedOn, from));
  const context: MeasureContext = { calendar: situation.calendar, classHistory: null };
  const cross = prepareCrossingsBy(rulesNeeded(badge, start));
  const known = buildHistory(past, { from: first, before: from, joinedOn });
  const live = (weeks: readonly PlannedWeek[]) => {
    const before = weeks.at(-1)?.before ?? from;
    const future = weeks.flatMap((week) => futureRollups(situation, week.deeds, week));
    const history = extendHistory(known, future, { before, joinedOn });
    const found = { crossings: heldOn };
    const probe = probeWithFrozen(
      history,
      context,
      frozen,
      from,
      (id, day) => (found.crossings.get(id) ?? Infinity) < day,
    );
    found.crossings = cross(history, probe.measure, heldOn, { from: from - 1, before });
    return { probe, before, crossings: found.crossings };
  };
  return {
    metOn: (weeks) => live(weeks).crossings.get(badge.id) ?? null,
    missing: (weeks) => {
      const { probe, before } = live(weeks);
      return evaluateCriterion(badge.criterion, probe, before).missing;
    },
  };
}

/** The badge, after those its rule needs; one that is neither open nor held has a rule that nothing meets. */
function rulesNeeded(badge: Ruled, { open, heldOn }: PlanStart): Ruled[] {
  const byId = new Map([...open, badge].map((one) => [one.id, one]));
  const needed = new Map<string, Ruled>();
  const need = (one: Ruled) => {
    if (needed.has(one.id)) return;
    needed.set(one.id, one);
    for (const id of badgesNamedIn(one.criterion))
      need((heldOn.has(id) ? undefined : byId.get(id)) ?? { id, criterion: { any: [] } });
  };
  need(badge);
  return [...needed.values()];
}
