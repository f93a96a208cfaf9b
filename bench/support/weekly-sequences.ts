import { foldEvent } from '#lib/domain/activity/fold.ts';
import { parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import { buildHistory, type LearnerHistory } from '#lib/domain/features/index.ts';
import { matrix } from '#lib/ml/core/matrix.ts';
import { type SequenceExamples, sequencesOf } from '#lib/ml/sequence/index.ts';
import { buildSchool, simulateLearner } from '#lib/simulator/index.ts';
import {
  eventsAfter,
  weekColumns,
  weekCounts,
  weeksRead,
  weekValues,
} from '#lib/server/training/tasks/at-risk-weeks.ts';
import { readPresentations } from './oulad.ts';

// Weekly sequences as at-risk reads them: a learner in a class, every third week, with the outcome and the week after.

interface Place {
  readonly learner: number;
  readonly history: LearnerHistory;
  readonly startsOn: SchoolDay;
  readonly endsOn: SchoolDay;
  readonly joinedOn: SchoolDay;
  readonly leftOn: SchoolDay | null;
  readonly isAtRisk: boolean;
}

const stepDays = 21;

/** BBB 2013B of the Open University's data. */
export function ouladSequences(folder: string): SequenceExamples {
  const [{ startsOn, endsOn, learners }] = readPresentations(folder, [['BBB', '2013B']]);
  return examplesOf(
    learners.map(({ rollups, joinedOn, leftOn, isAtRisk }, learner) => ({
      ...{ learner, startsOn, endsOn, joinedOn, leftOn, isAtRisk },
      history: historyOf(rollups, joinedOn, endsOn),
    })),
  );
}

/** Two years of a simulated school. */
export function simulatedSequences(): SequenceExamples {
  const timeZone = 'Europe/Rome';
  const before = parseSchoolDay('2026-06-20');
  const school = buildSchool({ seed: 3, learners: 240, classes: 10, years: 2, timeZone, before });
  const places = school.people.flatMap((person, learner) => {
    const { events, memberships } = simulateLearner(school, person);
    const rollups = events.map((event) => foldEvent(event, { learnerId: learner, classId: 1, timeZone }));
    return memberships.flatMap(({ classIndex, joinedOn, leftOn, outcome }): Place[] => {
      const { startsOn, endsOn } = school.classes[classIndex];
      if (outcome === null) return [];
      const isAtRisk = outcome === 'fail' || outcome === 'withdrawn';
      const history = historyOf(rollups, joinedOn, endsOn);
      return [{ learner, history, startsOn, endsOn, joinedOn, leftOn, isAtRisk }];
    });
  });
  return examplesOf(places);
}

function historyOf(rollups: readonly DailyRollup[], joinedOn: SchoolDay, endsOn: SchoolDay): LearnerHistory {
  const from = rollups.reduce((first, { day }) => Math.min(first, day), joinedOn);
  return buildHistory(rollups, { from, before: Math.max(from, endsOn + 1), joinedOn });
}

function examplesOf(places: readonly Place[]): SequenceExamples {
  const rows = places.flatMap((place) => daysOf(place).map((before) => ({ place, before })));
  const values = new Float64Array(rows.length * weekColumns.length);
  rows.forEach(({ place, before }, row) =>
    values.set(weekValues(place.history, place, before), row * weekColumns.length),
  );
  const x = matrix(rows.length, weekColumns.length, values);
  return {
    ...sequencesOf(x, { first: 0, weeks: weeksRead, channels: weekCounts.length }),
    labels: Uint8Array.from(rows, ({ place }) => Number(place.isAtRisk)),
    nextWeek: Float64Array.from(rows, ({ place, before }) => eventsAfter(place.history, before)),
    learners: Int32Array.from(rows, ({ place }) => place.learner),
  };
}

/** From the first week on, while the learner is there and a whole week is still to come. */
function daysOf({ startsOn, endsOn, joinedOn, leftOn }: Place): SchoolDay[] {
  const days = Array.from(
    { length: Math.max(0, Math.floor((endsOn - startsOn - 14) / stepDays) + 1) },
    (_, i) => startsOn + 7 + i * stepDays,
  );
  return days.filter((before) => joinedOn < before && (leftOn === null || leftOn >= before));
}
