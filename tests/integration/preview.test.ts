import { beforeAll, describe, expect, test } from 'vitest';
import { activityKinds } from '#lib/domain/activity/event.ts';
import { formatSchoolDay, parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import { badgeColumns, badgeRateColumn, badgeRow } from '#lib/domain/badges/chance-inputs.ts';
import { badgeCatalogue } from '#lib/domain/badges/index.ts';
import { recommend } from '#lib/domain/badges/promise.ts';
import { encodeStudent, openStudent, type Student } from '#lib/ml/distil/index.ts';
import { toyStudent } from '#lib/ml/distil/toy-student.ts';
import { seededRandom } from '#lib/ml/core/random.ts';
import { checkPreviewData } from '#lib/preview/data.ts';
import { openPreview } from '#lib/preview/open-preview.ts';
import { awardsOf } from '#lib/server/awards/awards.ts';
import { activeBadges, seedBadges } from '#lib/server/awards/badges.ts';
import { loadLearner } from '#lib/server/features/index.ts';
import { loadPreviewModel, savePreviewModel } from '#lib/server/models/preview-model.ts';
import { saveModel } from '#lib/server/models/registry.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import {
  assignments,
  awards,
  badges,
  calendarSpans,
  classes,
  classMembers,
  classRollups,
  dailyRollups,
  decisions,
  learners,
} from '#lib/server/platform/db/schema.ts';
import { loadPreview, loadPreviewData } from '#lib/server/stories/preview-data.ts';
import { trainingApp } from '../support/artifacts.ts';
import { addSchool, testDatabase } from '../support/database.ts';
import { toyModel } from '../support/toy-models.ts';

const database = await testDatabase();
const { config } = trainingApp(database);
const at = new Date('2026-03-18T10:00:00Z');
const today = parseSchoolDay('2026-03-18');
const learnerCount = 12;

let school = 0;
let learnerIds: readonly number[] = [];
let classId = 0;

const within = <T>(work: (scope: SchoolScope) => Promise<T>) => database.withSchool(school, work);

beforeAll(async () => {
  school = await addSchool(database, 'previews');
  await within(async (scope) => {
    await seedBadges(scope);
    await addPeople(scope);
    await addDays(scope);
    await award(scope, learnerIds[0], badgeCatalogue[0].id);
    await addModels(scope);
  });
});

async function addPeople({ tx, schoolId }: SchoolScope): Promise<void> {
  const span = { startsOn: '2025-09-01', endsOn: '2026-06-10' };
  await tx.insert(calendarSpans).values([
    { schoolId, kind: 'term', name: 'Year', ...span },
    { schoolId, kind: 'holiday', name: 'Winter', startsOn: '2025-12-22', endsOn: '2026-01-06' },
  ]);
  const course = { schoolId, externalId: '1A', name: '1A', ...span };
  [{ id: classId }] = await tx.insert(classes).values(course).returning({ id: classes.id });
  const people = Array.from({ length: learnerCount }, (_, i) => ({
    schoolId,
    externalId: `s${i}`,
    name: `Learner ${i}`,
    joinedOn: i % 4 === 3 ? '2026-02-20' : '2025-09-01',
  }));
  const rows = await tx
    .insert(learners)
    .values(people)
    .returning({ id: learners.id, joinedOn: learners.joinedOn });
  learnerIds = rows.map(({ id }) => id);
  await tx
    .insert(classMembers)
    .values(rows.map(({ id, joinedOn }) => ({ schoolId, classId, learnerId: id, joinedOn })));
  await tx.insert(assignments).values(
    [-3, 4, 11, 40].map((days) => ({
      schoolId,
      classId,
      externalId: `work ${days}`,
      title: `Work ${days}`,
      dueOn: formatSchoolDay(today + days),
    })),
  );
}

/** Learners of all sorts: the last one did nothing at all, the others more or less of everything. */
async function addDays({ tx, schoolId }: SchoolScope): Promise<void> {
  const random = seededRandom(7);
  const own = learnerIds.slice(0, -1).flatMap((learnerId, i) =>
    Array.from({ length: 190 }, (_, back) => today - back)
      .filter(() => random() < 0.15 + 0.07 * i)
      .flatMap((day) =>
        activityKinds
          .filter((kind) => kind !== 'enrol' && kind !== 'withdraw' && random() < 0.3)
          .map((kind) => rollup(schoolId, learnerId, day, kind, random)),
      ),
  );
  await tx.insert(dailyRollups).values(own);
  const byDay = Map.groupBy(own, ({ day }) => day);
  await tx.insert(classRollups).values(
    [...byDay].map(([day, rows]) => ({
      ...{ schoolId, classId, day },
      count: rows.filter(({ kind }) => kind !== 'grade' && kind !== 'absence').length,
      quantity: rows.length,
      scoreSum: rows.reduce((sum, { scoreSum }) => sum + scoreSum, 0),
      scoreCount: rows.reduce((sum, { scoreCount }) => sum + scoreCount, 0),
    })),
  );
}

function rollup(
  schoolId: number,
  learnerId: number,
  day: number,
  kind: (typeof activityKinds)[number],
  random: () => number,
) {
  const isLate = random() < 0.3;
  const isDue = kind === 'submit';
  return {
    ...{ schoolId, learnerId, classId, kind, day: formatSchoolDay(day) },
    count: 1 + Math.floor(3 * random()),
    quantity: 1 + 5 * random(),
    seconds: Math.floor(3600 * random()),
    scoreSum: kind === 'grade' ? 100 * random() : 0,
    scoreCount: Number(kind === 'grade'),
    dueCount: Number(isDue),
    lateCount: Number(isDue && isLate),
    leadDaysSum: isDue ? (isLate ? -1 : 1) * random() : 0,
    slots: kind === 'grade' ? 0 : 2 ** Math.floor(48 * random()),
  };
}

async function award({ tx, schoolId }: SchoolScope, learnerId: number, badgeId: string): Promise<void> {
  const about = { schoolId, learnerId, badgeId, ruleVersion: 1 };
  const [{ id: decisionId }] = await tx
    .insert(decisions)
    .values({ ...about, verdict: 'award', evidence: {}, actor: 'system', decidedAt: at })
    .returning({ id: decisions.id });
  await tx.insert(awards).values({
    ...about,
    ...{ crossedOn: '2026-01-20', awardedAt: at, decisionId, confidence: 0.97, decidedBy: 'system' },
  });
}

function student(): Student {
  const toy = toyStudent({
    seed: 3,
    columns: badgeColumns.length,
    shared: badgeRateColumn,
    hidden: [32, 16],
  });
  const inputs = toy.inputs.map((input, i) => ({
    ...input,
    ...{ column: badgeColumns[i], mean: i % 5, scale: 1 + (i % 7), hasMissing: true },
  }));
  const inputWidth = 2 * inputs.length;
  const random = seededRandom(11);
  const layers = toy.network.layers;
  const count = (inputWidth + 1) * 32 + 33 * 16 + 17;
  const weights = Float32Array.from({ length: count }, () => 0.3 * (random() - 0.5));
  return { ...toy, inputs, network: { ...toy.network, inputWidth, layers, weights } };
}

async function addModels(scope: SchoolScope): Promise<void> {
  const ids = badgeCatalogue.slice(0, 40).map(({ id }) => id);
  const facts = { badgeIds: ids, badgeRates: Float64Array.from(ids, (_, i) => 0.01 * i) };
  const model = toyModel('badge-chance', badgeColumns, 1, facts);
  const common = { status: 'champion', at: new Date('2026-03-01T00:00:00Z') } as const;
  const imitates = await saveModel(scope, config.artifactFolder, {
    ...{ ...common, task: 'badge-chance', model, card: {}, message: null },
  });
  const files = {
    'preview.bin': encodeStudent(student(), 'float16'),
    'model.json': new Uint8Array(1),
    'weights.bin': new Uint8Array(1),
  };
  await savePreviewModel(scope, config.artifactFolder, { ...common, files, card: { imitates }, message: '' });
}

/** What the server's own rows say, with the class as it is: nothing of the preview's own code. */
async function reckoned(scope: SchoolScope, learnerId: number): Promise<ReadonlyMap<string, number>> {
  const measurement = await loadLearner(scope, learnerId, today + 1);
  const held = new Map(
    (await awardsOf(scope, learnerId)).map(({ badgeId, crossedOn }) => [badgeId, crossedOn]),
  );
  const open = (await activeBadges(scope)).filter(({ badge }) => !held.has(badge.id));
  const small = (await loadPreviewModel(scope))?.student;
  if (!small) throw new Error('preview model: expected the one just saved');
  const scorer = openStudent(small);
  const rates = new Map(badgeCatalogue.slice(0, 40).map(({ id }, i) => [id, 0.01 * i]));
  const chances = new Float64Array(1);
  return new Map(
    open.map(({ badge }) => {
      const holds = (id: string, before: number) => (held.get(id) ?? Infinity) < before;
      const row = badgeRow(measurement, badge, holds, held.size, rates.get(badge.id) ?? NaN);
      scorer.scoreInto(row.slice(0, badgeRateColumn), row.slice(badgeRateColumn), 1, chances);
      return [badge.id, chances[0]];
    }),
  );
}

describe('the preview as of today', () => {
  test('says what the server reckons from its own rows, to 1e-5', async () => {
    for (const learnerId of learnerIds) {
      await within(async (scope) => {
        const { preview } = await loadPreview(scope, learnerId, at, 'en');
        const expected = await reckoned(scope, learnerId);
        const ranked = preview.now();
        expect(ranked.length).toBeGreaterThan(10);
        for (const { badgeId, chance, isMet } of ranked) {
          if (isMet) expect(chance).toBe(1);
          else expect(chance).toBeCloseTo(expected.get(badgeId) ?? NaN, 6);
        }
      });
    }
  });

  test('stands in the order of the page', async () => {
    const { data, preview } = await within((scope) => loadPreview(scope, learnerIds[5], at, 'it'));
    const known = new Map(data.badges.map((badge) => [badge.id, badge]));
    const ranked = preview.now();
    const candidates = data.badges.flatMap(({ id }) => {
      const found = ranked.find(({ badgeId }) => badgeId === id);
      const badge = known.get(id);
      return found && badge ? [{ ...found, rarity: badge.liveRarity, effortDays: badge.effortDays }] : [];
    });
    expect(ranked.map(({ badgeId }) => badgeId)).toEqual(
      recommend(candidates, candidates.length).map(({ badgeId }) => badgeId),
    );
  });

  test('is the same after a journey as JSON', async () => {
    const { data, preview } = await within((scope) => loadPreview(scope, learnerIds[4], at, 'en'));
    const small = await within(loadPreviewModel);
    const sent = checkPreviewData(JSON.parse(JSON.stringify(data)));
    const there = openPreview(sent, small?.student ?? null);
    const deeds = there.usual(there.today + 14);
    expect(there.now()).toEqual(preview.now());
    expect(there.rank(deeds, there.today + 14)).toEqual(preview.rank(deeds, preview.today + 14));
  });
});

describe('what a learner is sent', () => {
  test('is about nobody else, and says where the model lies', async () => {
    const [own, learnerId] = [learnerIds[0], learnerIds[1]];
    const data = await within((scope) => loadPreviewData(scope, own, at, 'en'));
    expect(data.held).toEqual([{ badgeId: badgeCatalogue[0].id, crossedOn: parseSchoolDay('2026-01-20') }]);
    expect(data.badges.map(({ id }) => id)).not.toContain(badgeCatalogue[0].id);
    expect(data.model?.url).toBe(`/me/preview-model/${data.model?.version}/preview.bin`);
    expect(data.due?.map(({ title }) => title)).toEqual(['Work 4', 'Work 11', 'Work 40']);
    const text = JSON.stringify(data);
    expect(text).not.toContain('Learner');
    const others = await within((scope) => loadPreviewData(scope, learnerId, at, 'en'));
    expect(others.rollups).not.toEqual(data.rollups);
    expect(data.frozen.map(({ measure }) => measure)).toContain('class-activity-ratio');
  });

  test('has no model where none imitates the champion: then progress gives the order', async () => {
    await within(async (scope) => {
      const model = toyModel('badge-chance', badgeColumns, 2, {});
      const made = { task: 'badge-chance', model, card: {}, status: 'champion', message: null, at } as const;
      await saveModel(scope, config.artifactFolder, made);
      const { data, preview } = await loadPreview(scope, learnerIds[3], at, 'en');
      expect(data.model).toBeNull();
      const ranked = preview.now();
      expect(ranked.every(({ chance }) => chance === null)).toBe(true);
      expect(preview.reasons(ranked[0].badgeId, {}, preview.today)).toEqual([]);
    });
  });

  test('leaves out badges that are not active', async () => {
    await within(async (scope) => {
      const [first] = (await loadPreviewData(scope, learnerIds[2], at, 'en')).badges;
      await scope.tx.update(badges).set({ isActive: false });
      expect((await loadPreviewData(scope, learnerIds[2], at, 'en')).badges).toEqual([]);
      expect(first).toBeDefined();
    });
  });
});
