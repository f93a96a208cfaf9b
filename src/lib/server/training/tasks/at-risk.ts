import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { loadSnapshots } from '#lib/server/features/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { buildDataset, type Part, type Row, TooLittleData } from '../dataset.ts';
import type { Task } from '../task.ts';
import { atRiskMethod } from './at-risk-fit.ts';
import { atRiskColumns, atRiskDirections, atRiskRow } from './at-risk-inputs.ts';
import { eventsAfter, weekColumns, weekCounts, weeksRead, weekValues } from './at-risk-weeks.ts';
import { type Membership, readPlaces } from './class-places.ts';

const stepDays = 21;

/** The chance that a learner leaves a class or fails it. */
export const atRisk: Task = {
  name: 'at-risk',
  method: atRiskMethod,
  flag: { classes: [1], from: 0.4 },
  collect: async (scope, { today, onProgress }) => {
    const closed = (await readPlaces(scope)).filter((place) => isClosed(place, today));
    const background = backgroundNames(closed);
    const { partOf, split } = splitPlaces(closed);
    const byClass = [...Map.groupBy(closed, ({ classId }) => classId)];
    const rows: Row[] = [];
    for (const [index, [classId, members]] of byClass.entries()) {
      rows.push(...(await rowsOfClass(scope, classId, members, background, partOf, today)));
      onProgress((index + 1) / byClass.length);
    }
    return buildDataset(rows, {
      columns: atRiskColumns(background),
      classes: 2,
      directions: atRiskDirections(background),
      weeks: { columns: weekColumns, weeks: weeksRead, counts: weekCounts },
      classNames: ['completes', 'leaves or fails'],
      facts: { background },
      split,
      baselines: [
        { name: 'base rate', columns: [] },
        { name: 'persistence', columns: ['mean-score', 'overdue'] },
        { name: 'recency', columns: ['days-since-active'] },
      ],
    });
  },
};

function isClosed({ outcome, endsOn }: Membership, today: SchoolDay): boolean {
  return outcome !== null && endsOn < today;
}

function backgroundNames(places: readonly Membership[]): string[] {
  return [...new Set(places.flatMap(({ background }) => Object.keys(background)))].sort();
}

interface Split {
  partOf(place: Membership): Part | null;
  readonly split: string;
}

/**
 * An outcome is known when the class ends. So the classes that began last judge; of those that had ended by then, every
 * fifth learner calibrates. When no class had ended by then there is no earlier generation, and learners are split.
 */
function splitPlaces(places: readonly Membership[]): Split {
  const lastStart = places.reduce((last, { startsOn }) => Math.max(last, startsOn), -Infinity);
  const earlier = places.filter(({ endsOn }) => endsOn < lastStart);
  if (earlier.length === 0) {
    const byLearner = ({ learnerId }: Membership): Part =>
      (['train', 'calibrate', 'train', 'test', 'train'] as const)[learnerId % 5];
    return { partOf: byLearner, split: 'by learner: all classes with known outcomes ran at the same time' };
  }
  return {
    partOf: ({ startsOn, endsOn, learnerId }) => {
      if (startsOn === lastStart) return 'test';
      if (endsOn >= lastStart) return null;
      return learnerId % 5 === 0 ? 'calibrate' : 'train';
    },
    split:
      'by time: the classes that began last judge, those that had ended by then train; every fifth learner of these calibrates',
  };
}

async function rowsOfClass(
  scope: SchoolScope,
  classId: number,
  members: readonly Membership[],
  background: readonly string[],
  partOf: Split['partOf'],
  today: SchoolDay,
): Promise<Row[]> {
  const placeOf = new Map(members.map((place) => [place.learnerId, place]));
  const { startsOn, endsOn } = members[0] ?? { startsOn: 0, endsOn: -1 };
  const rows: Row[] = [];
  const days = daysOf(startsOn, Math.min(endsOn, today - 1));
  for await (const { learnerId, measurements } of loadSnapshots(scope, days, {
    classId,
    learnerIds: [...placeOf.keys()],
  })) {
    const place = placeOf.get(learnerId);
    const part = place && partOf(place);
    if (!place || !part) continue;
    const label = Number(place.outcome === 'fail' || place.outcome === 'withdrawn');
    for (const measurement of measurements) {
      const { before, history } = measurement;
      rows.push({
        ...{ learnerId, before, part, label },
        values: atRiskRow(measurement, place, background),
        weeks: weekValues(history, place, before),
        nextWeek: eventsAfter(history, before),
      });
    }
  }
  return rows;
}

/** From the first week on, every third week. @throws TooLittleData when the class was too short for one */
function daysOf(startsOn: SchoolDay, last: SchoolDay): SchoolDay[] {
  const days = Array.from(
    { length: Math.floor((last - startsOn - 7) / stepDays) + 1 },
    (_, i) => startsOn + 7 + i * stepDays,
  );
  if (days.length === 0) throw new TooLittleData('class: expected more than a week of it, got less');
  return days;
}
