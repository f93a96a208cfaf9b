import { addToRollups, foldEvent } from '#lib/domain/activity/fold.ts';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { prepareCrossings } from '#lib/domain/badges/index.ts';
import { buildHistory } from '#lib/domain/features/index.ts';
import { streamOf } from '#lib/simulator/chance.ts';
import { buildSchool, type Person, type School, simulateLearner } from '#lib/simulator/index.ts';
import { activeBadges } from '#lib/server/awards/badges.ts';
import type { Judge } from '#lib/server/decisions/replay.ts';
import { loadLearner } from '#lib/server/features/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { idAt, type LoadedSchool } from './load-school.ts';

// What teachers have not got round to yet: the queue that a visitor finds.
const openDays = 12;
// Teachers err too, and the threshold must live with it: they rather let something pass than wrong somebody.
const letPassShare = 0.05;
const wrongedShare = 0.003;
// A badge that honest work would have earned a little later is let pass.
const patienceDays = 7;

const judgeStream = 501;

/** Honest crossing days by learner id and badge, for the learners who game; the others are honest as they are. */
export type HonestCrossings = ReadonlyMap<number, ReadonlyMap<string, SchoolDay>>;

/** What each gamer would have reached without gaming: the simulator lives the same lives again without it. */
export async function honestCrossings(
  scope: SchoolScope,
  school: School,
  loaded: LoadedSchool,
): Promise<HonestCrossings> {
  const honest = buildSchool({ ...school.options, gaming: false });
  const badges = await activeBadges(scope);
  const find = prepareCrossings(badges.map(({ badge }) => badge));
  const found = new Map<number, ReadonlyMap<string, SchoolDay>>();
  for (const person of school.people) {
    if (!person.plan.gaming) continue;
    const learnerId = idAt(loaded.learnerIds, person.index);
    const { history, context } = await loadLearner(scope, learnerId, school.options.before);
    const rollups = honestRollups(honest, person, learnerId, loaded);
    const clean = buildHistory(rollups, {
      from: history.from,
      before: history.before,
      joinedOn: person.joinedOn,
    });
    found.set(learnerId, find(clean, context, { from: clean.from, before: clean.before }));
  }
  return found;
}

function honestRollups(
  honest: School,
  person: Person,
  learnerId: number,
  { classIds }: LoadedSchool,
): Iterable<DailyRollup> {
  const classOf = new Map(honest.classes.map((each, index) => [each.externalId, idAt(classIds, index)]));
  const rollups = new Map<string, DailyRollup>();
  for (const event of simulateLearner(honest, person).events) {
    const classId = classOf.get(event.class ?? '') ?? 0;
    addToRollups(rollups, foldEvent(event, { learnerId, classId, timeZone: honest.options.timeZone }));
  }
  return rollups.values();
}

/** The word of the demo's teachers about the past: they know their learners, and err now and then. */
export function pastReviews(
  school: School,
  honest: HonestCrossings,
  reviewerOf: (learnerId: number) => string,
): Judge {
  const { before, seed } = school.options;
  return (learnerId, badgeId, crossedOn) => {
    if (crossedOn >= before - openDays) return null;
    const isDeserved = wasDeserved(honest, learnerId, badgeId, crossedOn);
    const luck = streamOf(seed, judgeStream, learnerId, crossedOn, badgeId.length)();
    const isApproved = isDeserved ? luck >= wrongedShare : luck < letPassShare;
    return { verdict: isApproved ? 'approve' : 'reject', actor: reviewerOf(learnerId) };
  };
}

export function wasDeserved(
  honest: HonestCrossings,
  learnerId: number,
  badgeId: string,
  crossedOn: SchoolDay,
): boolean {
  const own = honest.get(learnerId);
  return !own || (own.get(badgeId) ?? Infinity) <= crossedOn + patienceDays;
}
