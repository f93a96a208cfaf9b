import { type Dataset, type Part, buildDataset, type Row } from '#lib/server/training/dataset.ts';
import { atRiskColumns, atRiskDirections } from '#lib/server/training/tasks/at-risk-inputs.ts';
import {
  eventsAfter,
  weekColumns,
  weekCounts,
  weeksRead,
  weekValues,
} from '#lib/server/training/tasks/at-risk-weeks.ts';
import { buildHistory } from '#lib/domain/features/index.ts';
import { backgroundNames, rowsAt } from './early-warning.ts';
import type { Presentation } from './oulad.ts';

// At-risk's dataset from the Open University's data, as the task would collect it in a school.

const days = [7, 28, 49, 70, 91, 112];

/**
 * Presentations with what part each of their learners plays.
 * @param partOf by place in the list of presentations and of its learners
 */
export function atRiskDataset(
  presentations: readonly Presentation[],
  partOf: (presentation: number, learner: number) => Part,
): Dataset {
  const rows = presentations.flatMap((presentation, p) =>
    days.flatMap((day) => rowsOfDay(presentation, day, p * 1_000_000, (learner) => partOf(p, learner))),
  );
  return buildDataset(rows, {
    columns: atRiskColumns(backgroundNames),
    classes: 2,
    directions: atRiskDirections(backgroundNames),
    classNames: ['completes', 'leaves or fails'],
    weeks: { columns: weekColumns, weeks: weeksRead, counts: weekCounts },
    facts: { background: backgroundNames },
    split: 'of a benchmark',
    baselines: [],
  });
}

function rowsOfDay(
  presentation: Presentation,
  day: number,
  firstId: number,
  partOf: (learner: number) => Part,
): Row[] {
  const { startsOn, learners } = presentation;
  const before = startsOn + day;
  const places = new Map(learners.map((learner, place) => [learner, place]));
  return rowsAt(presentation, day).map(({ learner, history, values }) => {
    const place = places.get(learner) ?? NaN;
    const { rollups, joinedOn } = learner;
    const later = buildHistory(rollups, {
      from: history.from,
      before: before + 7,
      joinedOn: Math.min(joinedOn, before),
    });
    return {
      learnerId: firstId + place,
      before,
      part: partOf(place),
      label: Number(learner.isAtRisk),
      values,
      weeks: weekValues(history, { startsOn, joinedOn }, before),
      nextWeek: eventsAfter(later, before),
    };
  });
}
