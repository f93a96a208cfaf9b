import { badgeColumns, badgeRateColumn } from '#lib/domain/badges/chance-inputs.ts';
import { featureCatalogue, measureInfo } from '#lib/domain/features/index.ts';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { type Move, perturbRows } from '#lib/ml/distil/index.ts';
import { probabilitiesOf, takeRows } from '#lib/ml/ensemble/index.ts';
import { quantileOfSorted } from '#lib/ml/evaluate/index.ts';
import { calibrateAnswers, type TaskModel } from '#lib/server/models/task-model.ts';
import { type Dataset, parts, TooLittleData } from './dataset.ts';

/** What a learner's rows are for: to learn from, to say when to stop, or to judge by. */
type Role = 'learn' | 'stop' | 'judge';

/** Rows of all parts together; the teacher's answers take the place of what happened. */
export interface LessonRows {
  readonly x: Matrix;
  readonly learners: Int32Array;
  /** The teacher's chances before calibration, and its answers. */
  readonly said: Float64Array;
  readonly answers: Float64Array;
}

export interface Lesson {
  /** Real rows, and after them those that no log holds. */
  readonly learn: LessonRows;
  readonly stop: LessonRows;
  /** Real rows of learners that nothing was learnt from. */
  readonly judge: LessonRows;
  /** Theirs as a what-if might have them. */
  readonly judgeMoved: LessonRows;
  /** How many rows of `learn` no log holds. */
  readonly moved: number;
}

const leastLearners = 20;
const mostMoved = 180_000;
const movedForEach = 12;

/**
 * What a student learns from and is judged by. Of ten learners seven teach, one says when to stop, and two, every fifth, judge.
 * A small school is asked about more rows that it never saw: the teacher answers as many questions as one has.
 * @throws TooLittleData when there are too few learners to hold some out
 */
export function planLesson({ parts: all }: Pick<Dataset, 'parts'>, teacher: TaskModel, seed: number): Lesson {
  const rows = joinRows(
    parts.map((part) => ({ x: all[part].x, learners: all[part].learners })),
    Float64Array,
  );
  const roleOf = rolesOf(rows.learners);
  const of = (role: Role) => pick(rows, (learner) => roleOf.get(learner) === role);
  const [learn, stop, judge] = [of('learn'), of('stop'), of('judge')];
  const moves = { learnerMoves: learnerMoves(learn.x), badgeMoves };
  const move = ({ x, learners }: KnownRows, count: number, own: number): KnownRows => {
    const made = perturbRows(x, { seed: seed + own, rows: count, shared: badgeRateColumn, ...moves });
    return { x: made.x, learners: Int32Array.from(made.from, (row) => learners[row]) };
  };
  const moved = Math.min(mostMoved, movedForEach * learn.x.rows);
  const taught = (known: KnownRows): LessonRows => {
    const said = probabilitiesOf(teacher.model, known.x);
    return { ...known, said, answers: calibrateAnswers(teacher.calibration, said, teacher.model.outputs) };
  };
  return {
    learn: taught(joinRows([learn, move(learn, moved, 1)], Float32Array)),
    stop: taught(joinRows([stop, move(stop, stop.x.rows, 2)], Float32Array)),
    judge: taught(judge),
    judgeMoved: taught(move(judge, judge.x.rows, 3)),
    moved,
  };
}

type KnownRows = Omit<LessonRows, 'said' | 'answers'>;

function rolesOf(learners: Int32Array): ReadonlyMap<number, Role> {
  const known = [...new Set(learners)].toSorted((a, b) => a - b);
  if (known.length < leastLearners)
    throw new TooLittleData(
      `learners: expected at least ${leastLearners} to hold some out, got ${known.length}`,
    );
  return new Map(
    known.map((learner, i) => [learner, i % 5 === 4 ? 'judge' : i % 10 === 0 ? 'stop' : 'learn']),
  );
}

function pick({ x, learners }: KnownRows, isWanted: (learner: number) => boolean): KnownRows {
  const rows = Uint32Array.from(learners.keys()).filter((row) => isWanted(learners[row]));
  return { x: takeRows(x, rows), learners: Int32Array.from(rows, (row) => learners[row]) };
}

/** Rows by the hundred thousand stand in float32: the teacher is asked about them as they stand, so nothing is lost. */
function joinRows(
  sets: readonly KnownRows[],
  Values: Float32ArrayConstructor | Float64ArrayConstructor,
): KnownRows {
  const rows = sets.reduce((sum, { x }) => sum + x.rows, 0);
  const { columns } = sets[0].x;
  const values = new Values(rows * columns);
  const learners = new Int32Array(rows);
  let at = 0;
  for (const set of sets) {
    values.set(set.x.values, at * columns);
    learners.set(set.learners, at);
    at += set.x.rows;
  }
  return { x: matrix(rows, columns, values), learners };
}

const badgeMoves: readonly Move[] = [
  { column: badgeColumns.indexOf('badge-progress'), toward: 1 },
  { column: badgeColumns.indexOf('badge-progress-gained'), toward: 1 },
  { column: badgeColumns.indexOf('badge-missing'), toward: 0 },
];

const busiest = 0.98;

/** Each feature of which a direction is good tends to where the best of the school are. */
function learnerMoves(x: Matrix): Move[] {
  return featureCatalogue.flatMap(({ measure }, column) => {
    const { good } = measureInfo(measure);
    if (good === 'neither') return [];
    const known = knownValues(x, column);
    if (known.length === 0) return [];
    return [{ column, toward: quantileOfSorted(known, good === 'high' ? busiest : 1 - busiest) }];
  });
}

function knownValues({ rows, columns, values }: Matrix, column: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => values[row * columns + column])
    .filter((value) => !Number.isNaN(value))
    .sort();
}
