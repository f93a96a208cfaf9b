import { passiveKinds } from '#lib/domain/activity/event.ts';
import {
  buildClassHistory,
  buildHistory,
  type ClassDay,
  type ClassHistory,
  type LearnerHistory,
  measureAll,
  schoolCalendar,
} from '#lib/domain/features/index.ts';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { integerBelow, seededRandom } from '#lib/ml/core/random.ts';
import { auc } from '#lib/ml/evaluate/index.ts';
import { atRiskDirections, atRiskRow } from '#lib/server/training/tasks/at-risk-inputs.ts';
import { fitAtRisk, predictAtRisk } from '#lib/server/training/tasks/at-risk-fit.ts';
import { classId, type Enrolment, type Presentation } from './oulad.ts';

// The early-warning protocol on OULAD: at day d only rows of days before d; learners who already left are no rows.

export const backgroundNames = ['attempts', 'credits', 'education'];
const directions = atRiskDirections(backgroundNames);
const calendar = schoolCalendar([]);

export interface Cohort {
  readonly x: Matrix;
  readonly labels: Uint8Array;
}

/** A learner as of a day, and what at-risk reads of them there. */
export interface EarlyRow {
  readonly learner: Enrolment;
  readonly history: LearnerHistory;
  readonly values: Float64Array;
}

/** Everyone still registered on day `day` of the course, measured from the days before it. */
export function rowsAt(presentation: Presentation, day: number): EarlyRow[] {
  const { startsOn, endsOn, dueOn, learners } = presentation;
  const before = startsOn + day;
  const present = learners.filter(({ leftOn }) => leftOn === null || leftOn >= before);
  const classHistory = classHistoryOf(presentation, before);
  return present.map((learner) => {
    const { joinedOn, rollups, background } = learner;
    const from = Math.min(joinedOn, ...rollups.map((rollup) => rollup.day), before);
    const history = buildHistory(rollups, { from, before, joinedOn: Math.min(joinedOn, before) });
    const context = { calendar, classHistory, joinedClassOn: joinedOn };
    const measured = measureAll(history, context, before);
    const values = atRiskRow(
      { history, values: measured, before },
      { startsOn, endsOn, joinedOn, dueOn, background },
      backgroundNames,
    );
    return { learner, history, values };
  });
}

/** The same as a table with its labels. */
export function cohortAt(presentation: Presentation, day: number): Cohort {
  const rows = rowsAt(presentation, day);
  const columns = rows[0].values.length;
  return {
    x: matrix(rows.length, columns, Float64Array.from(rows.flatMap(({ values }) => [...values]))),
    labels: Uint8Array.from(rows, ({ learner }) => Number(learner.isAtRisk)),
  };
}

function classHistoryOf({ learners }: Presentation, before: number): ClassHistory {
  const rows: ClassDay[] = learners.flatMap(({ rollups }) =>
    rollups.map(({ day, kind, count, quantity, scoreSum, scoreCount }) => ({
      day,
      count: passiveKinds.has(kind) ? 0 : count,
      quantity: passiveKinds.has(kind) ? 0 : quantity,
      scoreSum,
      scoreCount,
    })),
  );
  const members = learners.map(({ joinedOn, leftOn }) => ({ joinedOn, leftOn, learners: 1 }));
  return buildClassHistory(classId, rows, members, before);
}

/** Mean over shuffles of the AUC of stratified five-fold cross-validation. */
export function crossValidatedAuc({ x, labels }: Cohort, shuffles = 3): number {
  let sum = 0;
  for (let shuffle = 1; shuffle <= shuffles; shuffle++) {
    const fold = stratifiedFolds(labels, 5, shuffle);
    for (let held = 0; held < 5; held++) {
      const [train, test] = [rowsWhere(fold, (f) => f !== held), rowsWhere(fold, (f) => f === held)];
      const model = fitAtRisk({ ...rowsOf({ x, labels }, train), directions }, shuffle);
      const part = rowsOf({ x, labels }, test);
      sum += auc(predictAtRisk(model, part.x), part.labels);
    }
  }
  return sum / (5 * shuffles);
}

/** Trained on one year, judged on the next: mean over five seeds. */
export function transferAuc(train: Cohort, test: Cohort): number {
  const seeds = [1, 2, 3, 4, 5];
  const aucs = seeds.map((seed) =>
    auc(predictAtRisk(fitAtRisk({ ...train, directions }, seed), test.x), test.labels),
  );
  return aucs.reduce((sum, value) => sum + value, 0) / seeds.length;
}

function stratifiedFolds(labels: Uint8Array, folds: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const fold = new Uint8Array(labels.length);
  for (const label of [0, 1]) {
    const rows = rowsWhere(labels, (value) => value === label);
    for (let i = rows.length - 1; i > 0; i--) {
      const j = integerBelow(random, i + 1);
      [rows[i], rows[j]] = [rows[j], rows[i]];
    }
    rows.forEach((row, i) => (fold[row] = i % folds));
  }
  return fold;
}

function rowsWhere(values: Uint8Array, isWanted: (value: number) => boolean): Uint32Array {
  return Uint32Array.from([...values.keys()].filter((row) => isWanted(values[row])));
}

function rowsOf({ x, labels }: Cohort, rows: Uint32Array): Cohort {
  const values = new Float64Array(rows.length * x.columns);
  rows.forEach((row, i) =>
    values.set(x.values.subarray(row * x.columns, (row + 1) * x.columns), i * x.columns),
  );
  return { x: matrix(rows.length, x.columns, values), labels: Uint8Array.from(rows, (row) => labels[row]) };
}
