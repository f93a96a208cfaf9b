import { Arena } from '../neural/arena.ts';
import { activationCode, type Address, type NeuralKernel } from '../neural/kernel.ts';
import { bendInto } from './bend.ts';
import { checkSizes, type Numbers, type StudentScorer } from './scorer.ts';
import { checkStudent, denseLayers, type InputScale, inputWidth, type Student } from './student.ts';

const floatBytes = 4;
/** Rows that go through the layers together: more would only take more memory. */
const block = 512;

/** A layer in the kernel's memory. */
interface PlacedLayer {
  readonly inputs: number;
  readonly units: number;
  readonly activation: number;
  readonly weights: Address;
  readonly bias: Address;
  /** block × units. */
  readonly out: Address;
}

/**
 * The same scorer on a kernel, many rows at once: worth it where the kernel has SIMD, several times as fast as
 * `openStudent` there. The kernel must be this scorer's alone, for it hands out its memory from the start.
 * @throws TypeError for a student that cannot answer
 */
export function openStudentOn(kernel: NeuralKernel, student: Student): StudentScorer {
  const { inputs, shared, bound, network, bend } = checkStudent(student);
  const arena = new Arena(kernel);
  const [learners, own] = [inputs.slice(0, shared), inputs.slice(shared)];
  const [learnerWidth, ownWidth] = [inputWidth(learners), inputWidth(own)];
  const dense = denseLayers(network);
  const input = arena.allocate(block * ownWidth);
  const learner = arena.allocate(learnerWidth);
  const learnerWeights = place(arena, dense[0].weights.subarray(0, learnerWidth * dense[0].units));
  const sums = arena.allocate(dense[0].units);
  const layers = dense.map(({ units, activation, weights, bias, ...layer }, i): PlacedLayer => {
    const isFirst = i === 0;
    return {
      units,
      activation: activationCode(activation),
      inputs: isFirst ? ownWidth : layer.inputs,
      weights: place(arena, isFirst ? weights.subarray(learnerWidth * units) : weights),
      // The first layer's bias is what the learner brings.
      bias: isFirst ? sums : place(arena, bias),
      out: arena.allocate(block * units),
    };
  });
  const firstBias = dense[0].bias;
  const answers = layers[layers.length - 1].out;

  const sumLearner = (values: Numbers) => {
    writeInputs(arena.floats(learner, learnerWidth), learners, bound, values, 0, 1);
    arena.floats(sums, firstBias.length).set(firstBias);
    product(kernel, sums, learner, learnerWeights, 1, firstBias.length, learnerWidth, 1);
  };
  const marginsInto = (values: Numbers, rows: Numbers, count: number, out: Numbers) => {
    checkSizes(values, rows, count, out, shared, own.length);
    sumLearner(values);
    for (let from = 0; from < count; from += block) {
      const size = Math.min(block, count - from);
      writeInputs(arena.floats(input, size * ownWidth), own, bound, rows, from * own.length, size);
      pass(kernel, layers, input, size);
      out.set(arena.floats(answers, size), from);
    }
  };
  return {
    shared,
    own: own.length,
    marginsInto,
    scoreInto: (values, rows, count, out) => {
      marginsInto(values, rows, count, out);
      bendInto(bend, out, count);
    },
  };
}

function place(arena: Arena, values: Float32Array): Address {
  const at = arena.allocate(values.length);
  arena.floats(at, values.length).set(values);
  return at;
}

/** out (rows × columns) = a (rows × inner) · b (inner × columns), or += when `adds` is 1. */
function product(
  kernel: NeuralKernel,
  out: Address,
  a: Address,
  b: Address,
  rows: number,
  columns: number,
  inner: number,
  adds: 0 | 1,
): void {
  const [aStride, bStride] = [inner * floatBytes, columns * floatBytes];
  kernel.multiply(out, a, b, rows, columns, inner, aStride, floatBytes, bStride, bStride, adds);
}

function pass(kernel: NeuralKernel, layers: readonly PlacedLayer[], input: Address, rows: number): void {
  let before = input;
  for (const { inputs, units, activation, weights, bias, out } of layers) {
    product(kernel, out, before, weights, rows, units, inputs, 0);
    kernel.activate(out, bias, rows, units, activation);
    before = out;
  }
}

/** Writes `count` rows of columns, from place `at` of `values` on, as the network reads them. */
function writeInputs(
  to: Float32Array,
  inputs: readonly InputScale[],
  bound: number,
  values: Numbers,
  at: number,
  count: number,
): void {
  let next = 0;
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < inputs.length; column++) {
      const { mean, scale, hasMissing } = inputs[column];
      const value = values[at + row * inputs.length + column];
      const isMissing = Number.isNaN(value);
      to[next++] = isMissing ? 0 : Math.max(-bound, Math.min(bound, (value - mean) / scale));
      if (hasMissing) to[next++] = isMissing ? 1 : 0;
    }
  }
}
