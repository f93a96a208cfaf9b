import { asc, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { type Badge, badgeCatalogue, RuleError, tunedLeaf, withThreshold } from '#lib/domain/badges/index.ts';
import { awardsOf, holdersShare } from '#lib/server/awards/awards.ts';
import {
  activeBadges,
  allBadges,
  findBadge,
  saveBadge,
  saveBadges,
  seedBadges,
  setBadgeActive,
} from '#lib/server/awards/badges.ts';
import { previewBadge } from '#lib/server/awards/preview.ts';
import { applyTiers, fitSchoolTiers } from '#lib/server/awards/tiers.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import {
  awards,
  classes,
  classMembers,
  dailyRollups,
  learners,
  notifications,
  pendingEvaluations,
} from '#lib/server/platform/db/schema.ts';
import { addSchool, testDatabase } from '../support/database.ts';

const database = await testDatabase();
const at = new Date('2026-11-20T10:00:00Z');
/** 2026-09-07, a Monday. */
const monday: SchoolDay = 20_703;
const before = monday + 70;

let schoolId = 0;
let schools = 0;
beforeEach(async () => {
  schoolId = await addSchool(database, `school-${++schools}`);
});

function inSchool<T>(work: (scope: SchoolScope) => Promise<T>): Promise<T> {
  return database.withSchool(schoolId, work);
}

const [hearth] = badgeCatalogue;

/** A rule that asks for so many helps in 91 days. */
function helpBadge(value: number, more: Partial<Badge> = {}): Badge {
  return {
    ...hearth,
    id: 'helper',
    series: null,
    name: { it: 'Aiutante', en: 'Helper' },
    criterion: { measure: 'helps', window: 91, is: 'at-least', value },
    ...more,
  };
}

async function addLearners({ tx, schoolId }: SchoolScope, count: number): Promise<readonly number[]> {
  const rows = await tx
    .insert(learners)
    .values(
      Array.from({ length: count }, (_, index) => ({
        schoolId,
        externalId: `learner-${index}`,
        name: `Learner ${index}`,
        joinedOn: formatSchoolDay(monday),
      })),
    )
    .returning({ id: learners.id });
  return rows.map(({ id }) => id);
}

/** Learner i of the list helps once a day on the first `helps(i)` days. */
async function addHelps(
  { tx, schoolId }: SchoolScope,
  learnerIds: readonly number[],
  helps: (index: number) => number,
): Promise<void> {
  const rows = learnerIds.flatMap((learnerId, index) =>
    Array.from({ length: helps(index) }, (_, day) => ({
      schoolId,
      learnerId,
      day: formatSchoolDay(monday + day),
      kind: 'help',
      classId: 0,
      count: 1,
      quantity: 1,
      seconds: 0,
      scoreSum: 0,
      scoreCount: 0,
      dueCount: 0,
      lateCount: 0,
      leadDaysSum: 0,
      slots: 0,
    })),
  );
  if (rows.length > 0) await tx.insert(dailyRollups).values(rows);
}

function pending(scope: SchoolScope): Promise<number> {
  return scope.tx.$count(pendingEvaluations, eq(pendingEvaluations.schoolId, scope.schoolId));
}

describe('the store', () => {
  test('seeds the catalogue once and keeps what the school changed', async () => {
    await inSchool(async (scope) => {
      expect(await seedBadges(scope)).toBe(badgeCatalogue.length);
      await saveBadge(scope, { ...hearth, name: { it: 'Nostra', en: 'Ours' } }, 'ada', at);
      expect(await seedBadges(scope)).toBe(0);
      expect((await findBadge(scope, hearth.id))?.badge.name.en).toBe('Ours');
      expect((await allBadges(scope)).map(({ badge }) => badge)).toContainEqual(badgeCatalogue[1]);
    });
  });

  test('gives active badges, each after those its rule names', async () => {
    await inSchool(async (scope) => {
      await seedBadges(scope);
      await setBadgeActive(scope, 'roots', false, 'ada', at);
      const ids = (await activeBadges(scope)).map(({ badge }) => badge.id);
      expect(ids).not.toContain('roots');
      expect(ids.indexOf('lionheart')).toBeGreaterThan(ids.indexOf('the-day-after'));
      expect(ids).toHaveLength(badgeCatalogue.length - 1);
    });
  });

  test('a new badge is off, and nobody waits for it', async () => {
    await inSchool(async (scope) => {
      await addLearners(scope, 3);
      const saved = await saveBadge(scope, helpBadge(3), 'ada', at);
      expect(saved).toMatchObject({ change: 'new', ruleVersion: 1, isActive: false });
      expect(await pending(scope)).toBe(0);
    });
  });

  test('a changed rule raises the version and has every learner evaluated, others untouched', async () => {
    const elsewhere = await addSchool(database, `elsewhere-${schools}`);
    await database.withSchool(elsewhere, (scope) => addLearners(scope, 2));
    await inSchool(async (scope) => {
      await addLearners(scope, 3);
      await saveBadge(scope, helpBadge(3), 'ada', at);
      await setBadgeActive(scope, 'helper', true, 'ada', at);
      await scope.tx.delete(pendingEvaluations);
      expect(await saveBadge(scope, helpBadge(4), 'ada', at)).toMatchObject({
        change: 'rule',
        ruleVersion: 2,
      });
      expect(await pending(scope)).toBe(3);
    });
    expect(await database.withSchool(elsewhere, pending)).toBe(0);
  });

  test('changed words leave the rule version and the learners alone', async () => {
    await inSchool(async (scope) => {
      await addLearners(scope, 3);
      await saveBadge(scope, helpBadge(3), 'ada', at);
      await setBadgeActive(scope, 'helper', true, 'ada', at);
      await scope.tx.delete(pendingEvaluations);
      const renamed = helpBadge(3, { name: { it: 'Aiuto', en: 'Help' } });
      expect(await saveBadge(scope, renamed, 'ada', at)).toMatchObject({ change: 'words', ruleVersion: 1 });
      expect(await saveBadge(scope, renamed, 'ada', at)).toMatchObject({ change: 'none', ruleVersion: 1 });
      expect(await pending(scope)).toBe(0);
    });
  });

  test('the rule and the queue change together or not at all', async () => {
    await inSchool(async (scope) => {
      await addLearners(scope, 2);
      await saveBadge(scope, helpBadge(3), 'ada', at);
      await setBadgeActive(scope, 'helper', true, 'ada', at);
      await scope.tx.delete(pendingEvaluations);
    });
    const broken = inSchool(async (scope) => {
      await saveBadge(scope, helpBadge(5), 'ada', at);
      throw new Error('the power fails');
    });
    await expect(broken).rejects.toThrow('the power fails');
    await inSchool(async (scope) => {
      expect((await findBadge(scope, 'helper'))?.ruleVersion).toBe(1);
      expect(await pending(scope)).toBe(0);
    });
  });

  test('refuses an invalid rule, a circle, and the name of a badge that is not there', async () => {
    await inSchool(async (scope) => {
      await seedBadges(scope);
      const invalid = helpBadge(3, { criterion: { all: [] } });
      await expect(saveBadge(scope, invalid, 'ada', at)).rejects.toThrow(
        'criterion.all: expected a list of 1 to 50',
      );
      const circle = { ...hearth, criterion: { holds: hearth.id } };
      await expect(saveBadge(scope, circle, 'ada', at)).rejects.toThrow('hearth-1 → hearth-1');
      const unknown = helpBadge(3, { criterion: { holds: 'gone' } });
      await expect(saveBadge(scope, unknown, 'ada', at)).rejects.toThrow(RuleError);
    });
  });

  test('stores several badges that need each other in one go', async () => {
    await inSchool(async (scope) => {
      const pair = [
        helpBadge(3, { id: 'second', criterion: { holds: 'first' } }),
        helpBadge(2, { id: 'first' }),
      ];
      expect((await saveBadges(scope, pair, 'ada', at)).map(({ change }) => change)).toEqual(['new', 'new']);
    });
  });

  test('tells the admins who changed which rule', async () => {
    await inSchool(async (scope) => {
      await saveBadge(scope, helpBadge(3), 'ada', at);
      await saveBadge(scope, helpBadge(4), 'bob', at);
      const told = await scope.tx.select().from(notifications).orderBy(asc(notifications.id));
      expect(told.map(({ kind, payload }) => ({ kind, payload }))).toEqual([
        {
          kind: 'badge-rule',
          payload: { rules: [{ badgeId: 'helper', ruleVersion: 1, change: 'new' }], actor: 'ada' },
        },
        {
          kind: 'badge-rule',
          payload: { rules: [{ badgeId: 'helper', ruleVersion: 2, change: 'rule' }], actor: 'bob' },
        },
      ]);
    });
  });
});

describe('awards', () => {
  const award = (scope: SchoolScope, learnerId: number, badgeId: string, more: { revokedAt?: Date } = {}) =>
    scope.tx.insert(awards).values({
      schoolId: scope.schoolId,
      learnerId,
      badgeId,
      ruleVersion: 1,
      crossedOn: formatSchoolDay(monday + learnerId),
      awardedAt: at,
      decisionId: 1,
      confidence: 0.99,
      decidedBy: 'system',
      ...more,
    });

  test('are read by learner, and their share makes the live rarity', async () => {
    await inSchool(async (scope) => {
      const ids = await addLearners(scope, 20);
      for (const id of ids.slice(0, 5)) await award(scope, id, 'roots');
      await award(scope, ids[0], 'sparks');
      await award(scope, ids[1], 'sparks', { revokedAt: at });
      expect((await awardsOf(scope, ids[0])).map(({ badgeId }) => badgeId).sort()).toEqual([
        'roots',
        'sparks',
      ]);
      expect((await awardsOf(scope, ids[1])).map(({ badgeId, crossedOn }) => [badgeId, crossedOn])).toEqual([
        ['roots', monday + ids[1]],
      ]);
      const holders = await holdersShare(scope);
      expect(holders.get('roots')).toEqual({ count: 5, share: 0.25, rarity: 'common' });
      expect(holders.get('sparks')).toEqual({ count: 1, share: 0.05, rarity: 'epic' });
      expect(holders.has('hearth-1')).toBe(false);
    });
  });
});

describe('a preview', () => {
  test('tells who, when, where, how often and what overlaps, and writes nothing', async () => {
    await inSchool(async (scope) => {
      const ids = await addLearners(scope, 10);
      await addHelps(scope, ids, (index) => index * 2);
      const [room] = await scope.tx
        .insert(classes)
        .values({ schoolId, externalId: '1A', name: '1A', startsOn: '2026-09-01', endsOn: '2027-06-30' })
        .returning({ id: classes.id });
      await scope.tx
        .insert(classMembers)
        .values(
          ids
            .slice(5)
            .map((learnerId) => ({ schoolId, classId: room.id, learnerId, joinedOn: '2026-09-07' })),
        );
      await saveBadge(scope, helpBadge(10, { id: 'many-helps' }), 'ada', at);
      const told = await scope.tx.$count(notifications);
      const preview = await previewBadge(scope, helpBadge(8), { before, weeks: 10 });
      expect(preview).toMatchObject({ reached: 6, learners: 10, ofLearners: 10, rarity: 'common' });
      // Learners 4 to 9 help at least eight times, once a day from the first Monday on.
      expect(preview.sample.map(({ crossedOn }) => crossedOn)).toEqual(Array(6).fill(monday + 7));
      expect(preview.sample[0].name).toBe('Learner 4');
      expect(preview.byClass).toEqual([{ classId: room.id, name: '1A', reached: 5, learners: 5 }]);
      expect(preview.perWeek.map(({ crossings }) => crossings)).toEqual([0, 6, 0, 0, 0, 0, 0, 0, 0, 0]);
      expect(preview.overlaps).toEqual([{ badgeId: 'many-helps', both: 5, jaccard: 5 / 6 }]);
      expect(preview.example?.parts).toMatchObject([{ measure: 'helps', needed: 8, actual: 8, isMet: true }]);
      expect(await findBadge(scope, 'helper')).toBeNull();
      expect(await scope.tx.$count(notifications)).toBe(told);
    });
  });

  test('looks at a part of a large school and says so', async () => {
    await inSchool(async (scope) => {
      const ids = await addLearners(scope, 12);
      await addHelps(scope, ids, () => 3);
      const preview = await previewBadge(scope, helpBadge(3), { before, weeks: 4, mostLearners: 5 });
      expect(preview).toMatchObject({ reached: 5, learners: 5, ofLearners: 12 });
    });
  });

  test('refuses a rule that could not be saved', async () => {
    const preview = inSchool((scope) =>
      previewBadge(scope, helpBadge(1, { criterion: { holds: 'helper' } }), { before, weeks: 4 }),
    );
    await expect(preview).rejects.toThrow('no circle among the rules');
  });
});

describe('tiers fitted to the school', () => {
  test('give each tier its share of learners, as new rule versions', async () => {
    await inSchool(async (scope) => {
      await seedBadges(scope);
      const ids = await addLearners(scope, 50);
      await addHelps(scope, ids, (index) => index);
      const fit = await fitSchoolTiers(scope, before);
      expect(fit.learners).toBe(50);
      const helping = fit.tiers.filter(({ badge }) => badge.series === 'helping-hand').slice(0, 3);
      // Fifty learners reach 0, 1, … 49: the share at threshold v is (50 - v) / 50, so each goal is met within 1 %.
      expect(helping.map(({ badge, reached }) => [tunedLeaf(badge.criterion).value, reached])).toEqual([
        [30, 0.4],
        [42, 0.16],
        [48, 0.04],
      ]);
      await applyTiers(scope, fit.tiers, 'system', at);
      const saved = await findBadge(scope, 'helping-hand-1');
      expect(saved).toMatchObject({ ruleVersion: 2, isActive: true });
      expect(saved?.badge.criterion).toEqual(withThreshold(helping[0].badge.criterion, 30));
      expect(await pending(scope)).toBe(50);
      const again = await fitSchoolTiers(scope, before);
      expect(await applyTiers(scope, again.tiers, 'system', at)).toBe(0);
    });
  });

  test('leave alone what the school wrote anew', async () => {
    await inSchool(async (scope) => {
      await seedBadges(scope);
      const own: Badge = { ...hearth, criterion: { any: [hearth.criterion, { holds: 'roots' }] } };
      await saveBadge(scope, own, 'ada', at);
      await addLearners(scope, 30);
      const { tiers } = await fitSchoolTiers(scope, before);
      expect(tiers.map(({ badge }) => badge.id)).not.toContain(hearth.id);
      expect(tiers.map(({ badge }) => badge.id)).toContain('hearth-2');
    });
  });

  test('need enough learners', async () => {
    const fit = inSchool(async (scope) => {
      await seedBadges(scope);
      await addLearners(scope, 5);
      return fitSchoolTiers(scope, before);
    });
    await expect(fit).rejects.toThrow('learners: expected at least 30');
  });
});
