import type { tensor2d, tidy } from '@tensorflow/tfjs-core';
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
    out.set(predict(model, tensors, filled, [count, network.inputWidth]));
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

function predict(
  model: LayersModel,
  { tensor2d: make, tidy: tidily }: Tensors,
  values: Float32Array,
  shape: [number, number],
): Float32Array {
  return tidily(() => {
    const answer = model.predict(make(values, shape));
    if (Array.isArray(answer)) throw new TypeError(`model: expected one answer, got ${answer.length}`);
    return answer.dataSync<'float32'>();
  });
}
