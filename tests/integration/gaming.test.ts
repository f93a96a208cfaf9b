import { inArray } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { addToRollups, foldEvent } from '#lib/domain/activity/fold.ts';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import { parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { crossingsOf } from '#lib/domain/badges/index.ts';
import { buildHistory, type MeasureContext } from '#lib/domain/features/index.ts';
import { allBadges, seedBadges, type StoredBadge } from '#lib/server/awards/badges.ts';
import { replayHistory, type ReplayReport } from '#lib/server/decisions/replay.ts';
import { type Threshold, thresholdOf } from '#lib/server/decisions/threshold.ts';
import { loadSchool } from '#lib/server/demo/load-school.ts';
import { loadLearners } from '#lib/server/features/index.ts';
import { decisions } from '#lib/server/platform/db/schema.ts';
import { buildSchool, simulateLearner, truthOf } from '#lib/simulator/index.ts';
import { addSchool, testDatabase } from '../support/database.ts';

const before = parseSchoolDay('2026-05-20');
const at = new Date('2026-05-19T18:00:00Z');
const options = { seed: 11, learners: 160, classes: 8, before, years: 1 };

const database = await testDatabase();
const school = buildSchool(options);
const honestSchool = buildSchool({ ...options, gaming: false });

interface Given {
  readonly index: number;
  readonly badgeId: string;
  readonly crossedOn: SchoolDay;
}

let report: ReplayReport;
let threshold: Threshold;
let automatic: Given[] = [];
let asked: Given[] = [];
let isDeserved: (given: Given) => boolean;

beforeAll(async () => {
  const schoolId = await addSchool(database);
  const { learnerIds } = await loadSchool(database, schoolId, school, at);
  const indexOf = new Map(learnerIds.map((id, index) => [id, index]));
  await database.withSchool(schoolId, async (scope) => {
    await seedBadges(scope);
    isDeserved = honestCrossings(await allBadges(scope), await contextsByIndex(scope, indexOf));
    report = await replayHistory(scope, {
      before,
      at,
      judge: (learnerId, badgeId, crossedOn) => {
        const one = { index: indexOf.get(learnerId) ?? -1, badgeId, crossedOn };
        return { verdict: isDeserved(one) ? 'approve' : 'reject', actor: 'teacher' };
      },
    });
    const decided = await scope.tx
      .select()
      .from(decisions)
      .where(inArray(decisions.verdict, ['award', 'review']));
    const placed = decided.map((row) => ({
      index: indexOf.get(row.learnerId) ?? -1,
      badgeId: row.badgeId,
      crossedOn: parseSchoolDay(row.crossedOn ?? ''),
      verdict: row.verdict,
      reason: row.reason,
    }));
    automatic = placed.filter(({ verdict }) => verdict === 'award');
    asked = placed.filter(({ reason }) => reason === 'low confidence');
    threshold = await thresholdOf(scope);
  });
});

async function contextsByIndex(
  scope: Parameters<typeof allBadges>[0],
  indexOf: ReadonlyMap<number, number>,
): Promise<Map<number, MeasureContext>> {
  const contexts = new Map<number, MeasureContext>();
  for await (const { learnerId, context } of loadLearners(scope, 'all', before))
    contexts.set(indexOf.get(learnerId) ?? -1, context);
  return contexts;
}

/** What each learner would have earned had nobody gamed: the simulator alone knows. */
function honestCrossings(
  badges: readonly StoredBadge[],
  contexts: ReadonlyMap<number, MeasureContext>,
): (given: Given) => boolean {
  const rules = badges.map(({ badge }) => badge);
  const crossings = honestSchool.people.map((person) => {
    const rollups = new Map<string, DailyRollup>();
    for (const event of simulateLearner(honestSchool, person).events)
      addToRollups(rollups, foldEvent(event, { learnerId: 1, classId: 0, timeZone: 'Europe/Rome' }));
    const from = Math.min(person.joinedOn, ...[...rollups.values()].map(({ day }) => day));
    const history = buildHistory(rollups.values(), { from, before, joinedOn: person.joinedOn });
    const context = contexts.get(person.index);
    if (!context) throw new Error(`learner ${person.index}: expected a context`);
    return crossingsOf(rules, history, { ...context, classHistory: null }, { from, before });
  });
  return ({ index, badgeId, crossedOn }) => {
    if (truthOf(school.people[index]).tactic === null) return true;
    return (crossings[index].get(badgeId) ?? Infinity) <= crossedOn;
  };
}

describe('learners who game the system', () => {
  const undeserved = (list: readonly Given[]) => list.filter((given) => !isDeserved(given));
  const share = (part: number, whole: number) => part / whole;

  test('get automatically no more undeserved badges than the school accepts', () => {
    const wrong = undeserved(automatic).length;
    const rate = share(wrong, automatic.length);
    console.info(
      `${automatic.length} automatic awards, ${wrong} undeserved (${(100 * rate).toFixed(2)} %), precision ` +
        `${(100 * (1 - rate)).toFixed(2)} %; ${asked.length} doubtful ones asked about, ` +
        `${undeserved(asked).length} of them undeserved`,
    );
    expect(automatic.length).toBeGreaterThan(500);
    expect(rate).toBeLessThanOrEqual(0.01);
  });

  test('would get more than that without the confidence: the rules alone do not see them', () => {
    const all = [...automatic, ...asked];
    expect(share(undeserved(all).length, all.length)).toBeGreaterThan(0.01);
  });

  test('are asked about, and few honest learners with them', () => {
    const caught = undeserved(asked).length;
    expect(share(caught, caught + undeserved(automatic).length)).toBeGreaterThan(0.7);
    const honest = asked.length - caught;
    expect(share(honest, automatic.length)).toBeLessThan(0.02);
  });

  test('leave a threshold that says how many decisions it rests on', () => {
    expect(threshold.reviewed).toBe(report.approved + report.rejected);
    expect(threshold.estimatedFalseShare?.low).toBeLessThanOrEqual(threshold.bound);
  });
});
