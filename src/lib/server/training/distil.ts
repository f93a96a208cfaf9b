import { badgeRateColumn } from '#lib/domain/badges/chance-inputs.ts';
import {
  bendInto,
  decodeStudent,
  encodeStudent,
  type Fidelity,
  fidelityDoubts,
  fitStudent,
  type FittedStudent,
  judgeFidelity,
  networkInputs,
  type Student,
  type TaughtRows,
} from '#lib/ml/distil/index.ts';
import type { Calibration } from '#lib/ml/evaluate/index.ts';
import { layersModelFiles, type NeuralKernel, predictNetwork } from '#lib/ml/neural/index.ts';
import type { PreviewFile } from '#lib/server/models/preview-model.ts';
import { answersOf, type TaskModel } from '#lib/server/models/task-model.ts';
import { type Dataset, pickRows } from './dataset.ts';
import { type Lesson, type LessonRows, planLesson } from './distil-rows.ts';
import { judge, type Metrics } from './judge.ts';

export interface DistilAssignment {
  readonly dataset: Dataset;
  readonly teacher: TaskModel;
  /** The teacher's. */
  readonly version: string;
  readonly seed: number;
}

/** A student as it ships, and how it did on learners it never saw. */
export interface Distilled {
  readonly files: Readonly<Record<PreviewFile, Uint8Array>>;
  /** Why it may not be shown; empty when it may. */
  readonly doubts: readonly string[];
  readonly facts: {
    /** Units of each layer, the answer's included. */
    readonly layers: readonly number[];
    readonly weights: number;
    readonly format: 'float16';
    /** Of the flat file. */
    readonly bytes: number;
    readonly rows: { readonly learnt: number; readonly moved: number; readonly stopping: number };
    readonly learners: { readonly learnt: number; readonly stopping: number; readonly judged: number };
    readonly epochs: number;
    readonly bestEpoch: number;
  };
  readonly fidelity: Fidelity;
  /** The same on rows as a what-if might have them. */
  readonly whatIf: Fidelity;
  /** Both held to what happened, on the test part's rows of the judging learners; null where too little happened. */
  readonly outcomes: { readonly rows: number; readonly teacher: Metrics; readonly student: Metrics } | null;
}

/**
 * Teaches a small network to answer as the teacher does, rounds it to what ships, and judges that.
 * Pure: same assignment, same kernel, same bytes.
 * @throws TooLittleData when there are too few learners to hold some out
 */
export function distil(
  { dataset, teacher, version, seed }: DistilAssignment,
  kernel: NeuralKernel,
  onProgress: (share: number) => void,
): Distilled {
  const lesson = planLesson(dataset, teacher, seed);
  onProgress(0.1);
  const fitted = fitStudent(beforeCalibration(lesson.learn), beforeCalibration(lesson.stop), {
    seed,
    columns: teacher.columns,
    shared: badgeRateColumn,
    catalogueVersion: teacher.catalogueVersion,
    imitates: version,
    calibration: calibrationOf(teacher),
    kernel,
    onEpoch: (epoch, epochs) => onProgress(0.1 + (0.8 * (epoch + 1)) / epochs),
  });
  const flat = encodeStudent(fitted.student);
  const student = decodeStudent(flat);
  const layers = layersModelFiles(student.network);
  const fidelity = judgeOn(student, lesson.judge, seed);
  onProgress(1);
  return {
    files: {
      'preview.bin': flat,
      'model.json': new TextEncoder().encode(layers['model.json']),
      'weights.bin': layers['weights.bin'],
    },
    doubts: fidelityDoubts(fidelity),
    facts: factsOf(fitted, lesson, flat.length),
    fidelity,
    whatIf: judgeOn(student, lesson.judgeMoved, seed),
    outcomes: outcomesOf(student, teacher, dataset, new Set(lesson.judge.learners), seed),
  };
}

function beforeCalibration({ x, said }: LessonRows): TaughtRows {
  return { x, answers: said };
}

function calibrationOf({ task, calibration }: TaskModel): Calibration {
  if (calibration.of === 'probability') return calibration.map;
  throw new TypeError(`${task}: expected a model of yes or no, got one of several classes`);
}

function judgeOn(student: Student, { x, learners, answers }: LessonRows, seed: number): Fidelity {
  const own = studentAnswers(student, x);
  return judgeFidelity({ x, shared: student.shared, learners, teacher: answers, student: own }, seed);
}

function studentAnswers(student: Student, x: LessonRows['x']): Float64Array {
  const { network, inputs, bound, bend } = student;
  const answers = Float64Array.from(predictNetwork(network, networkInputs(x, inputs, bound)));
  bendInto(bend, answers, answers.length);
  return answers;
}

function factsOf(
  { student, epochs, bestEpoch }: FittedStudent,
  { learn, stop, judge: judged, moved }: Lesson,
  bytes: number,
): Distilled['facts'] {
  const { layers, weights } = student.network;
  const count = ({ learners }: LessonRows) => new Set(learners).size;
  return {
    layers: layers.map((layer) => ('units' in layer ? layer.units : 0)),
    weights: weights.length,
    format: 'float16',
    bytes,
    rows: { learnt: learn.x.rows - moved, moved, stopping: stop.x.rows },
    learners: { learnt: count(learn), stopping: count(stop), judged: count(judged) },
    epochs,
    bestEpoch,
  };
}

const leastOutcomes = 8;
const draws = 80;

function outcomesOf(
  student: Student,
  teacher: TaskModel,
  { parts: { test } }: Dataset,
  judging: ReadonlySet<number>,
  seed: number,
): Distilled['outcomes'] {
  const rows = Uint32Array.from(test.learners.keys()).filter((row) => judging.has(test.learners[row]));
  const part = pickRows(test, rows);
  const earned = part.labels.reduce((sum, label) => sum + label, 0);
  if (Math.min(earned, rows.length - earned) < leastOutcomes) return null;
  const metricsOf = (answers: Float64Array) => judge(answers, part, 2, seed, draws).metrics;
  return {
    rows: rows.length,
    teacher: metricsOf(answersOf(teacher, part.x)),
    student: metricsOf(studentAnswers(student, part.x)),
  };
}
