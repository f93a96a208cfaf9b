import { addToRollups, foldEvent } from '#lib/domain/activity/fold.ts';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import { parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import {
  badgeCatalogue,
  createPreview,
  fitTiers,
  liveRarity,
  peakOf,
  prepareCrossings,
  tierGoals,
  tunedLeaf,
} from '#lib/domain/badges/index.ts';
import { buildHistory, type LearnerHistory, schoolCalendar } from '#lib/domain/features/index.ts';
import { buildSchool, simulateLearner } from '#lib/simulator/index.ts';

// How fast rules are judged on two years of a simulated school, and how near fitted tiers come to their shares.
// node bench/badges.ts [LEARNERS]

const size = Number(process.argv[2] ?? 600);
const before = parseSchoolDay('2026-06-20');
const school = buildSchool({ seed: 7, learners: size, classes: Math.ceil(size / 25), before, years: 1 });
const context = { calendar: schoolCalendar(school.years.flatMap(({ spans }) => spans)), classHistory: null };

function historyOf(index: number): LearnerHistory {
  const rollups = new Map<string, DailyRollup>();
  const person = school.people[index];
  for (const event of simulateLearner(school, person).events) {
    addToRollups(rollups, foldEvent(event, { learnerId: index, classId: 1, timeZone: 'Europe/Rome' }));
  }
  return buildHistory(rollups.values(), { from: person.joinedOn, before, joinedOn: person.joinedOn });
}

/** Prints wall and processor time: on a busy machine only the second means anything. */
function timed<T>(name: string, work: () => T): T {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const result = work();
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - wall) / 1000;
  console.log(
    `${name.padEnd(52)} ${seconds.toFixed(2)} s, processor ${((used.user + used.system) / 1e6).toFixed(2)} s`,
  );
  return result;
}

const histories = timed(`simulate ${size} learners`, () => school.people.map((_, index) => historyOf(index)));
const spanOf = ({ from }: LearnerHistory) => ({ from, before });
const learnerDays = histories.reduce((sum, { from }) => sum + before - from, 0);
const extent = `${badgeCatalogue.length} badges × ${learnerDays} learner-days`;

timed(`crossings, ${extent}`, () => {
  const find = prepareCrossings(badgeCatalogue);
  return histories.map((history) => find(history, context, spanOf(history)));
});
const fitted = timed(`peaks and thresholds of ${tierGoals.length} tiers`, () => {
  const peaks = tierGoals.map(({ badge }): [string, number[]] => [
    badge.id,
    histories.map((history) => peakOf(badge.criterion, history, context, spanOf(history))),
  ]);
  return fitTiers(tierGoals, new Map(peaks));
});
const byId = new Map(fitted.map((tier) => [tier.badge.id, tier]));
const badges = badgeCatalogue.map((badge) => byId.get(badge.id)?.badge ?? badge);
const crossings = timed('crossings after fitting (what a preview computes)', () => {
  const find = prepareCrossings(badges);
  return histories.map((history) => find(history, context, spanOf(history)));
});

console.log('\nbadge                     meant to be    goal  reached  live');
for (const { id, rarity } of badges) {
  const tally = createPreview({ badgeId: id, otherBadges: [], before, weeks: 1, sample: 0 });
  for (const [learnerId, each] of crossings.entries())
    tally.add({ learnerId, classIds: [], crossings: each });
  const { reached } = tally.result();
  const tier = byId.get(id);
  const goal = tier ? `${(tier.share * 100).toFixed(1)} %` : '–';
  const share = `${((reached / size) * 100).toFixed(1)} %`;
  const threshold = tier ? `  ${tier.was} → ${tunedLeaf(tier.badge.criterion).value}` : '';
  console.log(
    id.padEnd(25),
    rarity.padEnd(10),
    goal.padStart(8),
    share.padStart(8),
    ` ${liveRarity(reached / size).padEnd(9)}${threshold}`,
  );
}
