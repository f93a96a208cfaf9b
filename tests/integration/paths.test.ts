import { beforeEach, describe, expect, test } from 'vitest';
import { formatSchoolDay, parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { setBadgeActive } from '#lib/server/awards/badges.ts';
import { pathsLike } from '#lib/server/paths/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { awards, learnerEmbeddings, learners } from '#lib/server/platform/db/schema.ts';
import { loadShelf } from '#lib/server/stories/badge-views.ts';
import { pathsLikeYours } from '#lib/server/stories/paths-like-yours.ts';
import { addSchool, testDatabase } from '../support/database.ts';
import { makeBadge, putBadges } from '../support/learner-life.ts';

const database = await testDatabase();
const today = parseSchoolDay('2026-05-04');
/** Long enough ago that all eight weeks after it are over. */
const longAgo = today - 56;

let schoolId: number;
let modelVersion: string;
let made = 0;
/** The learner who asks, at place 0 of a line. */
let asking: number;

const inSchool = <T>(work: (scope: SchoolScope) => Promise<T>) => database.withSchool(schoolId, work);
const badges = ['steady', 'early', 'helper'].map((id) =>
  makeBadge(id, { measure: 'active-days', window: 7, is: 'at-least', value: 3 }),
);

async function addLearners(count: number): Promise<number[]> {
  const rows = Array.from({ length: count }, () => {
    const externalId = `l${++made}`;
    return { schoolId, externalId, name: `Learner ${externalId}`, joinedOn: '2025-09-01' };
  });
  const added = await inSchool(({ tx }) => tx.insert(learners).values(rows).returning({ id: learners.id }));
  return added.map(({ id }) => id);
}

/** Says where learners stood on a day: on a line, so that the first number is the distance from the one who asks. */
async function stand(
  ids: readonly number[],
  before: SchoolDay,
  placeOf: (i: number) => number,
): Promise<void> {
  const rows = ids.map((learnerId, i) => ({
    schoolId,
    learnerId,
    before: formatSchoolDay(before),
    modelVersion,
    values: [placeOf(i), 0],
  }));
  await inSchool(({ tx }) => tx.insert(learnerEmbeddings).values(rows));
}

async function earn(ids: readonly number[], badgeId: string, day: SchoolDay): Promise<void> {
  const rows = ids.map((learnerId) => ({
    schoolId,
    id: ++made,
    learnerId,
    badgeId,
    ruleVersion: 1,
    crossedOn: formatSchoolDay(day),
    awardedAt: new Date('2026-05-01T12:00:00Z'),
    decisionId: 1,
    confidence: 1,
    decidedBy: 'system',
  }));
  await inSchool(({ tx }) => tx.insert(awards).values(rows));
}

const found = (learnerId = asking) => inSchool((scope) => pathsLike(scope, learnerId, today));

beforeEach(async () => {
  schoolId = await addSchool(database, `school-${++made}`);
  modelVersion = `model-${made}`;
  await putBadges(database, schoolId, badges);
  [asking] = await addLearners(1);
  await stand([asking], today, () => 0);
});

describe('a school of ninety others', () => {
  let others: number[];

  beforeEach(async () => {
    others = await addLearners(90);
    await stand(others, longAgo, (i) => 1 + i);
  });

  test('tells what ten or more of the nearest forty earned in the eight weeks after', async () => {
    await earn(others.slice(0, 14), 'steady', longAgo);
    await earn(others.slice(20, 32), 'early', longAgo + 55);
    expect(await found()).toEqual([
      { badgeId: 'steady', earned: 14, of: 40 },
      { badgeId: 'early', earned: 12, of: 40 },
    ]);
  });

  test('says it in both languages, without a name', async () => {
    await earn(others.slice(0, 14), 'steady', longAgo + 3);
    const told = (locale: 'it' | 'en') =>
      inSchool(async (scope) => pathsLikeYours(scope, asking, await loadShelf(scope, locale), locale, today));
    const [english, italian] = [await told('en'), await told('it')];
    expect(english?.badges[0]).toMatchObject({ share: '14 of 40', badge: { id: 'steady' } });
    expect(italian?.badges[0]).toMatchObject({ share: '14 su 40' });
    expect(JSON.stringify([english, italian])).not.toMatch(/Learner l\d/);
  });

  test('keeps silent about what nine earned', async () => {
    await earn(others.slice(0, 9), 'steady', longAgo + 3);
    expect(await found()).toEqual([]);
    const told = inSchool(async (scope) =>
      pathsLikeYours(scope, asking, await loadShelf(scope, 'it'), 'it', today),
    );
    expect(await told).toBeNull();
  });

  test('asks the nearest forty and nobody else', async () => {
    await earn(others.slice(31), 'steady', longAgo + 3);
    expect(await found()).toEqual([]);
  });

  test('counts nothing later than eight weeks', async () => {
    await earn(others.slice(0, 20), 'early', longAgo + 56);
    expect(await found()).toEqual([]);
  });

  test('asks only who did not have the badge yet', async () => {
    // The nearest ten had it before; of the forty after them the first twelve earned it.
    await earn(others.slice(0, 10), 'steady', longAgo - 1);
    await earn([...others.slice(10, 22), ...others.slice(50)], 'steady', longAgo + 3);
    expect(await found()).toEqual([{ badgeId: 'steady', earned: 12, of: 40 }]);
  });

  test('counts each person once, by the day on which they stood nearest', async () => {
    // Farther off, long before they earned the badge.
    await stand(others, longAgo - 84, (i) => 500 + i);
    await earn(others.slice(0, 20), 'steady', longAgo + 3);
    expect(await found()).toEqual([{ badgeId: 'steady', earned: 20, of: 40 }]);
  });

  test('leaves out what the learner holds, what is not awarded now and what was revoked', async () => {
    await earn([asking, ...others.slice(0, 20)], 'steady', longAgo + 3);
    await earn(others.slice(0, 20), 'early', longAgo + 3);
    await earn(others.slice(0, 20), 'helper', longAgo + 3);
    await inSchool(async (scope) => {
      await setBadgeActive(scope, 'early', false, 'system', new Date('2026-05-01T12:00:00Z'));
      await scope.sql`
        update awards set revoked_at = now(), revoked_by = 'system', revoked_reason = 'none'
        where badge_id = 'helper' and learner_id <= ${others[11]}`;
    });
    expect(await found()).toEqual([]);
  });

  test('forgets at once a learner who is erased', async () => {
    await earn(others.slice(0, 10), 'steady', longAgo + 3);
    expect(await found()).toHaveLength(1);
    await inSchool(({ sql }) => sql`delete from awards where learner_id = ${others[0]}`);
    await inSchool(({ sql }) => sql`delete from learners where id = ${others[0]}`);
    expect(await found()).toEqual([]);
  });

  test('does not listen to places by another model', async () => {
    const [late] = await addLearners(1);
    modelVersion = `${modelVersion}-next`;
    await stand([late], today, () => 0);
    await earn(others.slice(0, 20), 'steady', longAgo + 3);
    expect(await found(late)).toEqual([]);
    expect(await found()).toHaveLength(1);
  });

  test('has nothing to say to a learner who never stood anywhere', async () => {
    const [late] = await addLearners(1);
    await earn(others.slice(0, 20), 'steady', longAgo + 3);
    expect(await found(late)).toEqual([]);
  });
});

describe('too few to tell of', () => {
  test('a school of seventy-nine others', async () => {
    const others = await addLearners(79);
    await stand(others, longAgo, (i) => 1 + i);
    await earn(others.slice(0, 30), 'steady', longAgo + 3);
    expect(await found()).toEqual([]);
  });

  test('a school whose past is shorter than eight weeks', async () => {
    const others = await addLearners(90);
    await stand(others, longAgo + 1, (i) => 1 + i);
    await earn(others.slice(0, 30), 'steady', longAgo + 3);
    expect(await found()).toEqual([]);
  });

  test("another school's learners never count", async () => {
    const [own, version] = [schoolId, modelVersion];
    schoolId = await addSchool(database, `school-${++made}`);
    await putBadges(database, schoolId, badges);
    const strangers = await addLearners(90);
    await stand(strangers, longAgo, (i) => 1 + i);
    await earn(strangers.slice(0, 30), 'steady', longAgo + 3);
    [schoolId, modelVersion] = [own, version];
    expect(await found()).toEqual([]);
  });
});
