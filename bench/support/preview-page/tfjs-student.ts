import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { promise } from '#lib/domain/badges/promise.ts';
import { matrix } from '#lib/ml/core/matrix.ts';
import { networkInputs } from '#lib/ml/distil/inputs.ts';
import { denseLayers, type Student } from '#lib/ml/distil/student.ts';
import type { PreviewBadge } from '#lib/preview/data.ts';
import type { Ranker } from '#lib/preview/ranker.ts';

/** The student as a LayersModel that ranks what stands in the ranker; and how long its first answer took. */
export async function openTfjs(
  student: Student,
  backend: 'cpu' | 'wasm',
  ranker: Ranker,
  badges: readonly PreviewBadge[],
): Promise<{ readonly first: number; readonly rank: () => number[] }> {
  setWasmPaths('/');
  // Isolated pages may have threads, whose worker tfjs makes of its own source text: minified, that breaks.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const start = performance.now();
  await tf.setBackend(backend);
  await tf.ready();
  const model = layersModel(student);
  const rank = () => orderOf(student, model, ranker, badges);
  rank();
  return { first: performance.now() - start, rank };
}

function layersModel(student: Student): tf.LayersModel {
  const layers = denseLayers(student.network);
  const model = tf.sequential();
  layers.forEach(({ units, activation, inputs }, i) => {
    const shape = i === 0 ? { inputShape: [inputs] } : {};
    model.add(tf.layers.dense({ units, activation: activation === 'relu' ? 'relu' : 'linear', ...shape }));
  });
  model.setWeights(
    layers.flatMap(({ weights, bias, inputs, units }) => [
      tf.tensor2d(weights, [inputs, units]),
      tf.tensor1d(bias),
    ]),
  );
  return model;
}

function orderOf(
  student: Student,
  model: tf.LayersModel,
  { learner, rows, progress }: Ranker,
  badges: readonly PreviewBadge[],
): number[] {
  const own = rows.length / badges.length;
  const columns = learner.length + own;
  const x = new Float64Array(badges.length * columns);
  for (let i = 0; i < badges.length; i++) {
    x.set(learner, i * columns);
    x.set(rows.subarray(i * own, (i + 1) * own), i * columns + learner.length);
  }
  const inputs = networkInputs(matrix(badges.length, columns, x), student.inputs, student.bound);
  const margins = tf.tidy(() => {
    const answers = model.predict(tf.tensor2d(inputs, [badges.length, student.network.inputWidth]));
    return (Array.isArray(answers) ? answers[0] : answers).dataSync();
  });
  const promises = badges.map(({ liveRarity, effortDays }, i) =>
    promise({
      ...{ rarity: liveRarity, effortDays, progress: progress[i] },
      chance: 1 / (1 + Math.exp(-margins[i])),
    }),
  );
  return [...badges.keys()].sort((a, b) => promises[b] - promises[a]);
}
