import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { badgeColumns, badgeRateColumn } from '#lib/domain/badges/chance-inputs.ts';
import { isMet } from '#lib/domain/badges/index.ts';
import { promise } from '#lib/domain/badges/promise.ts';
import { buildHistory, schoolCalendar } from '#lib/domain/features/index.ts';
import {
  chosenDeeds,
  type Deeds,
  futureRollups,
  habitsOf,
  probeWithFrozen,
} from '#lib/domain/what-if/index.ts';
import { openStudent } from '#lib/ml/distil/index.ts';
import {
  checkPreviewData,
  packRollups,
  type PreviewData,
  unpackFrozen,
  unpackRollups,
} from '#lib/preview/data.ts';
import { openPreview } from '#lib/preview/open-preview.ts';
import { anyLearner } from '../features/draw-learner.ts';
import { examplePreview, exampleStudent } from '../support/preview-example.ts';

const student = exampleStudent();
const learners = [0, 7, 60].map((learner) => examplePreview({ learner }));

/** Some of everything that is possible: the share of the bound grows with the kind of deed. */
function someDeeds(data: PreviewData, until: number, share: number): Deeds {
  const bounds = openPreview(data, student).bounds(until);
  return Object.fromEntries(
    bounds.map(({ deed, most }, i) => [deed, Math.round(most * Math.min(1, share + i / 20))]),
  );
}

/** Badges whose rule is met as of today or any day up to `until`, by evaluating every rule on every day. */
function metNaively(data: PreviewData, deeds: Deeds, until: number): Set<string> {
  const { before, joinedOn, due } = data;
  const rollups = unpackRollups(data.rollups);
  const calendar = schoolCalendar(data.calendar);
  const habits = habitsOf(rollups, calendar, before, joinedOn);
  const situation = { calendar, habits, due: due && due.map(({ dueOn }) => dueOn) };
  const future = futureRollups(situation, deeds, { from: before, before: until });
  const from = Math.min(joinedOn, ...rollups.map(({ day }) => day));
  const history = buildHistory([...rollups, ...future], { from, before: until, joinedOn });
  const context = { calendar, classHistory: null };
  const met = new Map<string, number>();
  const probe = probeWithFrozen(
    history,
    context,
    unpackFrozen(data.frozen),
    before,
    (id, day) => (met.get(id) ?? Infinity) < day,
  );
  for (let day = before; day <= until; day++)
    for (const { id, criterion } of data.badges)
      if (!met.has(id) && isMet(criterion, probe, day)) met.set(id, day - 1);
  return new Set(met.keys());
}

describe('a what-if', () => {
  test('meets the rules that evaluating every rule on every day meets', () => {
    for (const data of learners) {
      const preview = openPreview(data, student);
      for (const share of [0, 0.3, 0.9]) {
        const until = preview.today + 28;
        const deeds = someDeeds(data, until, share);
        const met = metNaively(data, deeds, until);
        const ranked = preview.rank(deeds, until);
        expect(
          ranked
            .filter((one) => one.isMet)
            .map(({ badgeId }) => badgeId)
            .toSorted(),
        ).toEqual(
          ranked
            .filter(({ badgeId }) => met.has(badgeId))
            .map(({ badgeId }) => badgeId)
            .toSorted(),
        );
      }
    }
  });

  test('stands in the order of promise, with what is missing exactly where the rule is not met', () => {
    for (const data of learners) {
      const preview = openPreview(data, student);
      const ranked = preview.rank(someDeeds(data, preview.today + 14, 0.5), preview.today + 14);
      const known = new Map(data.badges.map((badge) => [badge.id, badge]));
      const promises = ranked.map(({ badgeId, progress, chance }) => {
        const badge = known.get(badgeId);
        if (!badge) throw new Error(`badge: expected one of the data, got ${badgeId}`);
        return promise({ rarity: badge.liveRarity, effortDays: badge.effortDays, progress, chance });
      });
      expect(promises).toEqual(promises.toSorted((a, b) => b - a));
      for (const { isMet: met, missing, progress, chance } of ranked) {
        expect(missing.length === 0).toBe(met);
        expect(progress === 1).toBe(met);
        if (met) expect(chance).toBe(1);
      }
    }
  });

  test('is not changed by what was asked before', () => {
    const [, data] = learners;
    const [fresh, used] = [openPreview(data, student), openPreview(data, student)];
    const until = fresh.today + 21;
    for (const share of [0.8, 0.1]) used.rank(someDeeds(data, until, share), until);
    used.shares(used.now()[3].badgeId, { 'study-days': 5, practices: 2 }, until);
    expect(used.rank({ 'study-days': 4 }, until)).toEqual(fresh.rank({ 'study-days': 4 }, until));
    expect(used.now()).toEqual(fresh.now());
  });

  test('with no day to come and no deed is today', () => {
    const preview = openPreview(learners[0], student);
    expect(preview.rank({}, preview.today)).toEqual(preview.now());
  });

  test('looks back from far ahead as well', () => {
    const preview = openPreview(learners[0], student);
    const ranked = preview.rank(preview.usual(preview.horizon), preview.horizon);
    expect(ranked.every(({ chance }) => chance !== null && chance >= 0 && chance <= 1)).toBe(true);
  });
});

describe('reasons', () => {
  test('add up to the margin, less that of the average learner and badge', () => {
    const [data] = learners;
    const preview = openPreview(data, student);
    const deeds = { 'study-days': 6 };
    const until = preview.today + 14;
    const scorer = openStudent(student);
    const means = Float64Array.from(student.inputs, ({ mean }) => mean);
    const base = new Float64Array(1);
    scorer.marginsInto(means.subarray(0, badgeRateColumn), means.subarray(badgeRateColumn), 1, base);
    for (const { badgeId, chance, isMet: met } of preview.rank(deeds, until).slice(0, 8)) {
      const reasons = preview.reasons(badgeId, deeds, until);
      if (met || chance === null) {
        expect(reasons).toEqual([]);
        continue;
      }
      const total = reasons.reduce((sum, { effect }) => sum + effect, 0);
      // What a group brings is kept in single precision, as the network's weights are.
      expect(total).toBeCloseTo(Math.log(chance / (1 - chance)) - base[0], 5);
      const sizes = reasons.map(({ effect }) => Math.abs(effect));
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    }
  });

  test('give a group that the model does not read no part', () => {
    const weights = student.network.weights.slice();
    const units = 32;
    let input = 0;
    for (const { column, hasMissing } of student.inputs) {
      const rows = hasMissing ? 2 : 1;
      if (column.startsWith('class-')) weights.fill(0, input * units, (input + rows) * units);
      input += rows;
    }
    const blind = { ...student, network: { ...student.network, weights } };
    const preview = openPreview(learners[1], blind);
    const open = preview.now().find((one) => !one.isMet);
    const reasons = preview.reasons(open?.badgeId ?? '', {}, preview.today);
    expect(reasons.find(({ group }) => group === 'class')?.effect).toBeCloseTo(0, 12);
    expect(reasons.find(({ group }) => group === 'badge')?.effect).not.toBeCloseTo(0, 6);
  });
});

describe('shares', () => {
  test('of the deeds chosen add up to what they do together', () => {
    const [, data] = learners;
    const preview = openPreview(data, student);
    const until = preview.today + 28;
    const deeds = { 'study-days': 8, practices: 4, helps: 2, posts: 0, lessons: 3, 'next-mark': 0 };
    const nothing = new Map(preview.rank({}, until).map(({ badgeId, chance }) => [badgeId, chance]));
    for (const { badgeId, chance } of preview.rank(deeds, until).slice(0, 3)) {
      const shares = preview.shares(badgeId, deeds, until);
      expect(shares.map(({ deed }) => deed).toSorted()).toEqual(chosenDeeds(deeds).toSorted());
      const total = shares.reduce((sum, { effect }) => sum + effect, 0);
      expect(total).toBeCloseTo((chance ?? NaN) - (nothing.get(badgeId) ?? NaN), 10);
    }
  });
});

describe('at the door', () => {
  test('deeds beyond the bounds, days out of reach and unknown badges are refused', () => {
    const preview = openPreview(learners[0], student);
    const { today, horizon } = preview;
    expect(() => preview.rank({ 'study-days': 8 }, today + 7)).toThrow('study-days: expected 0 to 7');
    expect(() => preview.rank({}, horizon + 1)).toThrow(
      'until: expected a day from 2026-03-19 to 2026-05-14',
    );
    expect(() => preview.rank({}, today - 1)).toThrow('until: expected a day from');
    expect(() => preview.reasons('nobody', {}, today)).toThrow(
      'badge: expected one of the ranking, got "nobody"',
    );
  });

  test('data and models of another version are refused', () => {
    const [data] = learners;
    expect(() => checkPreviewData({ ...data, version: 2 })).toThrow('preview: expected data of version 1');
    expect(() => checkPreviewData(null)).toThrow('preview: expected data');
    const other = { ...student, inputs: student.inputs.toReversed() };
    expect(() => openPreview(data, other)).toThrow(`student: expected the ${badgeColumns.length} columns`);
  });

  test('rollups come back as they went', () => {
    const law = fc.property(anyLearner, ({ rollups }) => {
      const classIds = [...new Set(rollups.map(({ classId }) => classId))].sort((a, b) => a - b);
      const sent = JSON.parse(JSON.stringify(packRollups(rollups))) as number[][];
      const expected = rollups
        .map((one) => ({ ...one, learnerId: 0, classId: classIds.indexOf(one.classId) }))
        .toSorted(
          (a, b) =>
            a.day - b.day || (a.kind < b.kind ? -1 : Number(a.kind > b.kind)) || a.classId - b.classId,
        );
      expect(unpackRollups(sent)).toEqual(expected);
    });
    fc.assert(law, { numRuns: 40 });
  });
});
