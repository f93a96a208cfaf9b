import type { Calibration } from '../evaluate/calibration.ts';
import type { Matrix } from '../core/matrix.ts';
import {
  buildNetwork,
  type NeuralKernel,
  networkModel,
  plainKernel,
  trainNetwork,
  type TrainingData,
} from '../neural/index.ts';
import { bendOf, marginOf } from './bend.ts';
import { fitScales, networkInputs } from './inputs.ts';
import { inputWidth, type Student } from './student.ts';

/** Rows with what the teacher says of them. */
export interface TaughtRows {
  readonly x: Matrix;
  /** The teacher's chance of each row before it is calibrated, 0 to 1. */
  readonly answers: Float64Array;
}

export interface StudentOptions {
  readonly seed: number;
  /** What each column of the rows is, the learner's first. */
  readonly columns: readonly string[];
  readonly shared: number;
  readonly catalogueVersion: number;
  /** What the teacher does to its chances afterwards; the student does the same. */
  readonly calibration: Calibration;
  /** The teacher's version. */
  readonly imitates: string;
  /** Units of the layers before the answer, relu; 64 and 16 unless told. */
  readonly hidden?: readonly number[];
  /** At most so many passes over the rows; 20 unless told. */
  readonly epochs?: number;
  /** Plain unless told. */
  readonly kernel?: NeuralKernel;
  /** After each pass, from 0. */
  onEpoch?(epoch: number, epochs: number): void;
}

export interface FittedStudent {
  readonly student: Student;
  /** How many passes were made, and after which one it answered best on the rows it was stopped by. */
  readonly epochs: number;
  readonly bestEpoch: number;
}

const bound = 6;
const batch = 256;
const patience = 10;

/**
 * Learns to answer as the teacher does, by the squared difference of their margins: most badges have a small chance, and
 * which of them comes first matters as much as among the likely ones, to which cross-entropy would leave all the weight (rank
 * correlation .86 instead of .95). Same rows, options and kernel: same bytes.
 *
 * @param stopping rows of other learners, which say after which pass to stop
 * @see Ba and Caruana 2014, "Do deep nets really need to be deep?", section 2.2
 */
export function fitStudent(rows: TaughtRows, stopping: TaughtRows, options: StudentOptions): FittedStudent {
  const {
    seed,
    columns,
    shared,
    catalogueVersion,
    imitates,
    calibration,
    hidden = [64, 16],
    epochs = 20,
    kernel,
  } = options;
  checkTaught('rows', rows);
  checkTaught('stopping', stopping);
  const inputs = fitScales(rows.x, columns);
  const layers = [
    ...hidden.map((units) => ({ kind: 'dense', units, activation: 'relu' }) as const),
    { kind: 'dense', units: 1, activation: 'linear' } as const,
  ];
  const network = buildNetwork(
    { inputWidth: inputWidth(inputs), steps: 1, layers },
    { kernel: kernel ?? plainKernel(), largestBatch: 1024, seed },
  );
  const dataOf = ({ x, answers }: TaughtRows): TrainingData => ({
    inputs: networkInputs(x, inputs, bound),
    targets: Float32Array.from(answers, marginOf),
  });
  const report = trainNetwork(network, dataOf(rows), {
    loss: 'squared-error',
    optimizer: { kind: 'adamw', rate: 3e-3, decay: 0.02, clip: 5 },
    schedule: { kind: 'cosine', warmUp: 0.02, floor: 0.02 },
    epochs,
    batch,
    seed,
    validation: dataOf(stopping),
    patience,
    onEpoch: ({ epoch }) => options.onEpoch?.(epoch, epochs),
  });
  const student: Student = {
    kind: 'student',
    version: 1,
    catalogueVersion,
    imitates,
    inputs,
    shared,
    bound,
    network: networkModel(network),
    bend: bendOf(calibration),
  };
  return { student, epochs: report.epochs.length, bestEpoch: report.bestEpoch };
}

function checkTaught(name: string, { x, answers }: TaughtRows): void {
  if (!(x.rows >= 1 && answers.length === x.rows))
    throw new RangeError(`${name}: expected an answer for each of ${x.rows} rows, got ${answers.length}`);
  const odd = answers.findIndex((answer) => !(answer >= 0 && answer <= 1));
  if (odd >= 0) throw new RangeError(`${name}.answers[${odd}]: expected 0 to 1, got ${answers[odd]}`);
}
