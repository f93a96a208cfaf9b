import '@tensorflow/tfjs-backend-cpu';
import { io, memory, setBackend, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { openStudent } from '#lib/ml/distil/scorer.ts';
import type { Student } from '#lib/ml/distil/student.ts';
import { toyRows, toyStudent } from '#lib/ml/distil/toy-student.ts';
import { toLayersModel } from '#lib/ml/neural/layers-model.ts';
import { openLaterScorer, openTensorScorer } from './tensor-scorer.ts';

const tensors = { tensor2d, tidy };

beforeAll(() => setBackend('cpu'));

function layersOf({ network }: Student): Promise<LayersModel> {
  return loadLayersModel(io.fromMemory(toLayersModel(network)));
}

function parts(student: Student, rows: number) {
  const { shared, inputs } = student;
  const all = toyRows(student, rows, 5);
  const own = inputs.length - shared;
  const ownRows = Float64Array.from(
    { length: rows * own },
    (_, i) => all[Math.floor(i / own) * inputs.length + shared + (i % own)],
  );
  return { learner: all.slice(0, shared), rows: ownRows };
}

describe('a student answered by tfjs', () => {
  test.each(['relu', 'tanh', 'leaky'] as const)(
    'with %s says what the typed arrays say',
    async (activation) => {
      const student = toyStudent({ seed: 3, columns: 12, shared: 7, hidden: [16, 8], activation });
      const { learner, rows } = parts(student, 40);
      const [expected, got] = [new Float64Array(40), new Float64Array(40)];
      openStudent(student).scoreInto(learner, rows, 40, expected);
      openTensorScorer(student, await layersOf(student), tensors).scoreInto(learner, rows, 40, got);
      for (let i = 0; i < 40; i++) expect(Math.abs(got[i] - expected[i])).toBeLessThan(1e-6);
    },
  );

  test('says the same when it may take its time', async () => {
    const student = toyStudent({ seed: 3 });
    const { learner, rows } = parts(student, 4);
    const model = await layersOf(student);
    const [expected, got] = [new Float64Array(4), new Float64Array(4)];
    openTensorScorer(student, model, tensors).scoreInto(learner, rows, 4, expected);
    const { scorer, answered } = openLaterScorer(student, model, tensors);
    const before = memory().numTensors;
    const told = await answered(() => {
      scorer.scoreInto(learner, rows, 4, got);
      return got[3];
    });
    expect([...got]).toEqual([...expected]);
    expect(told).toBe(expected[3]);
    expect(memory().numTensors).toBe(before);
  });

  test('what asks otherwise the second time is told so', async () => {
    const student = toyStudent({ seed: 3 });
    const { learner, rows } = parts(student, 4);
    const { scorer, answered } = openLaterScorer(student, await layersOf(student), tensors);
    let times = 0;
    const ask = () => {
      for (let i = times++; i < 2; i++) scorer.scoreInto(learner, rows, 4, new Float64Array(4));
    };
    await expect(answered(ask)).rejects.toThrow('expected the same questions both times, got 1 others');
  });

  test('leaves no tensor behind', async () => {
    const student = toyStudent({ seed: 3 });
    const { learner, rows } = parts(student, 4);
    const scorer = openTensorScorer(student, await layersOf(student), tensors);
    const out = new Float64Array(4);
    scorer.scoreInto(learner, rows, 4, out);
    const before = memory().numTensors;
    for (let i = 0; i < 500; i++) scorer.scoreInto(learner, rows, 4, out);
    expect(memory().numTensors).toBe(before);
  });

  test('a model of other inputs is refused', async () => {
    const model = await layersOf(toyStudent({ seed: 3, columns: 8 }));
    expect(() => openTensorScorer(toyStudent({ seed: 3, columns: 9 }), model, tensors)).toThrow(
      /expected .* inputs, got/,
    );
  });
});
