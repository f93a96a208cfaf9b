import type { Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { bendInto } from '#lib/ml/distil/bend.ts';
import { networkInputs } from '#lib/ml/distil/inputs.ts';
import type { Numbers, StudentScorer } from '#lib/ml/distil/scorer.ts';
import { checkStudent, type Student } from '#lib/ml/distil/student.ts';

/** What is used of tfjs. It is handed in, so that it comes onto a page only where a network is shown. */
export interface Tensors {
  readonly tensor2d: typeof tensor2d;
  readonly tidy: typeof tidy;
}

/**
 * The same student answered by tfjs, on whatever backend it runs now: the LayersModel written beside the flat file counts
 * with the same weights. It leaves no tensor behind.
 * @throws TypeError for a student that cannot answer, or a model of other inputs
 */
export function openTensorScorer(student: Student, model: LayersModel, tensors: Tensors): StudentScorer {
  return scorerBy(student, model, (values, shape) =>
    tensors.tidy(() => outputOf(model, tensors, values, shape).dataSync<'float32'>()),
  );
}

/** A scorer whose answers come later than it is asked. */
export interface LaterScorer {
  /** Answers inside `answered` alone. */
  readonly scorer: StudentScorer;
  /** Runs `ask` twice: the first time tells what it asks of the scorer, the second time the answers are there. */
  answered<T>(ask: () => T): Promise<T>;
}

/**
 * The same for a backend that should not be waited for, as WebGPU: a page that does can lose the device.
 * @throws TypeError for a student that cannot answer, or a model of other inputs
 */
export function openLaterScorer(student: Student, model: LayersModel, tensors: Tensors): LaterScorer {
  const answers: Float32Array[] = [];
  const questions: [Float32Array, [number, number]][] = [];
  const scorer = scorerBy(student, model, (values, shape) => {
    const answer = answers.shift();
    if (answer) return answer;
    questions.push([values.slice(), shape]);
    return new Float32Array(shape[0]);
  });
  const answered = async <T>(ask: () => T): Promise<T> => {
    ask();
    for (const [values, shape] of questions.splice(0)) {
      const output = tensors.tidy(() => outputOf(model, tensors, values, shape));
      answers.push(await output.data<'float32'>());
      output.dispose();
    }
    const told = ask();
    const left = questions.splice(0).length + answers.splice(0).length;
    if (left > 0) throw new Error(`answered: expected the same questions both times, got ${left} others`);
    return told;
  };
  return { scorer, answered };
}

type Predict = (values: Float32Array, shape: [number, number]) => Float32Array;

function scorerBy(student: Student, model: LayersModel, predict: Predict): StudentScorer {
  const { inputs, shared, bound, network, bend } = checkStudent(student);
  const width = model.inputs[0]?.shape.at(-1);
  if (width !== network.inputWidth)
    throw new TypeError(`model: expected ${network.inputWidth} inputs, got ${width ?? 'none'}`);
  const own = inputs.length - shared;

  const marginsInto = (learner: Numbers, rows: Numbers, count: number, out: Numbers) => {
    const values = new Float64Array(count * inputs.length);
    for (let row = 0; row < count; row++) {
      values.set(learner, row * inputs.length);
      values.set(rows.subarray(row * own, (row + 1) * own), row * inputs.length + shared);
    }
    const filled = networkInputs({ rows: count, columns: inputs.length, values }, inputs, bound);
    out.set(predict(filled, [count, network.inputWidth]));
  };
  return {
    shared,
    own,
    marginsInto,
    scoreInto: (learner, rows, count, out) => {
      marginsInto(learner, rows, count, out);
      bendInto(bend, out, count);
    },
  };
}

function outputOf(
  model: LayersModel,
  { tensor2d: make }: Tensors,
  values: Float32Array,
  shape: [number, number],
): Tensor {
  const output = model.predict(make(values, shape));
  if (Array.isArray(output)) throw new TypeError(`model: expected one answer, got ${output.length}`);
  return output;
}
