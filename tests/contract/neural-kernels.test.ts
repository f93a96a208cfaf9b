import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { normal, type Random, seededRandom } from '#lib/ml/core/random.ts';
import { Arena } from '#lib/ml/neural/arena.ts';
import {
  type Activation,
  activationCode,
  activations,
  type Address,
  attentionScratch,
  type NeuralKernel,
} from '#lib/ml/neural/kernel.ts';
import { plainKernel } from '#lib/ml/neural/plain-kernel.ts';
import { fusedKernel } from '#lib/ml/neural/neural-kernel.ts';
import { simdKernel } from '#lib/ml/neural/simd-kernel.ts';
import {
  attention,
  attentionGradient,
  gruStep,
  gruStepGradient,
  layerNorm,
  layerNormGradient,
  lstmStep,
  lstmStepGradient,
  matrixProduct,
  patchesOf,
  sigmoid,
  sumPatches,
} from './neural-formulas.ts';

// Each kernel against formulas in double precision, on sizes with and without tails of vectors and blocks.

const makers: Readonly<Record<NeuralKernel['kind'], () => NeuralKernel>> = {
  plain: plainKernel,
  simd: simdKernel,
  fused: fusedKernel,
};
const kinds = Object.keys(makers) as NeuralKernel['kind'][];

let random: Random;
beforeEach(() => {
  random = seededRandom(20);
});

function draws(count: number, factor = 1): Float32Array {
  return Float32Array.from({ length: count }, () => factor * normal(random));
}

/** Puts numbers where a kernel finds them. */
function put(arena: Arena, values: ArrayLike<number>): Address {
  const at = arena.allocate(values.length);
  arena.floats(at, values.length).set(values);
  return at;
}

function putIntegers(arena: Arena, values: readonly number[]): Address {
  const at = arena.allocate(values.length);
  arena.integers(at, values.length).set(values);
  return at;
}

/** The largest difference, in units of the larger of 1 and the expected number. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let most = 0;
  for (let i = 0; i < expected.length; i++) {
    const gap = Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
    if (!(gap <= most)) most = gap;
  }
  return most;
}

const close = 2e-6;

describe.each(kinds)('%s', (kind) => {
  const newArena = () => new Arena(makers[kind]());

  test('memory keeps its numbers as it grows, and begins zeroed', () => {
    const arena = newArena();
    const values = draws(1000);
    const at = put(arena, values);
    const far = arena.allocate(3_000_000);
    expect(arena.kernel.buffer.byteLength).toBeGreaterThanOrEqual(far + 12_000_000);
    expect(arena.floats(at, 1000)).toEqual(values);
    expect(arena.floats(far, 3_000_000).every((value) => value === 0)).toBe(true);
    expect(() => arena.kernel.grow(2 ** 33)).toThrow(RangeError);
    expect(arena.floats(at, 1000)).toEqual(values);
  });

  test('two kernels share nothing', () => {
    const [one, other] = [newArena(), newArena()];
    const at = put(one, [1, 2, 3, 4]);
    put(other, [5, 6, 7, 8]);
    one.kernel.scale(at, 4, 2);
    expect([...one.floats(at, 4)]).toEqual([2, 4, 6, 8]);
    expect([...other.floats(at, 4)]).toEqual([5, 6, 7, 8]);
  });

  const dimension = fc.oneof(fc.integer({ min: 1, max: 37 }), fc.constantFrom(64, 65, 129));
  const shape = { rows: dimension, columns: dimension, inner: dimension, seed: fc.nat(1e6) };

  test('multiply: any sizes, plain or transposed, set or added, inside wider arrays', () => {
    const options = {
      isTransposed: fc.boolean(),
      adds: fc.boolean(),
      margin: fc.integer({ min: 0, max: 5 }),
    };
    fc.assert(
      fc.property(
        fc.record({ ...shape, ...options }),
        ({ rows, columns, inner, seed, isTransposed, adds, margin }) => {
          random = seededRandom(seed);
          const arena = newArena();
          const [a, b] = [draws(rows * inner), draws(inner * (columns + margin))];
          const before = draws(rows * (columns + margin));
          const [aAt, bAt, out] = [put(arena, a), put(arena, b), put(arena, before)];
          const aStrides: [number, number] = isTransposed ? [4, 4 * rows] : [4 * inner, 4];
          const wide = 4 * (columns + margin);
          const sizes: [number, number, number] = [rows, columns, inner];
          arena.kernel.multiply(out, aAt, bAt, ...sizes, ...aStrides, wide, wide, adds ? 1 : 0);
          const expected = Float64Array.from(before);
          const product = matrixProduct(
            ...[rows, columns, inner],
            (i, k) => (isTransposed ? a[k * rows + i] : a[i * inner + k]),
            (k, j) => b[k * (columns + margin) + j],
          );
          for (let i = 0; i < rows; i++)
            for (let j = 0; j < columns; j++) {
              const at = i * (columns + margin) + j;
              expected[at] = product[i * columns + j] + (adds ? expected[at] : 0);
            }
          expect(difference(arena.floats(out, before.length), expected)).toBeLessThan(2e-5);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('multiply: an inner size beyond one block, and none at all', () => {
    const arena = newArena();
    const [rows, columns, inner] = [5, 11, 1500];
    const [a, b] = [draws(rows * inner), draws(inner * columns)];
    const out = put(arena, draws(rows * columns));
    const run = (steps: number) =>
      arena.kernel.multiply(
        ...[out, put(arena, a), put(arena, b), rows, columns, steps, 4 * inner, 4, 4 * columns],
        ...[4 * columns, 0 as const],
      );
    run(inner);
    const expected = matrixProduct(
      ...[rows, columns, inner],
      (i, k) => a[i * inner + k],
      (k, j) => b[k * columns + j],
    );
    expect(difference(arena.floats(out, rows * columns), expected)).toBeLessThan(1e-4);
    run(0);
    expect(arena.floats(out, rows * columns).every((value) => value === 0)).toBe(true);
  });

  test('transpose', () => {
    for (const [rows, columns] of [
      [1, 1],
      [4, 4],
      [5, 9],
      [32, 17],
    ]) {
      const arena = newArena();
      const values = draws(rows * columns);
      const out = arena.allocate(rows * columns);
      arena.kernel.transpose(out, put(arena, values), rows, columns);
      const expected = values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
      expect(arena.floats(out, rows * columns)).toEqual(expected);
    }
  });

  const applied: Readonly<Record<Activation, (x: number) => number>> = {
    linear: (x) => x,
    relu: (x) => Math.max(0, x),
    tanh: Math.tanh,
    sigmoid,
    leaky: (x) => Math.max(0.2 * x, x),
  };

  test.each(activations)('activate %s, forward and back', (name) => {
    for (const [rows, columns] of [
      [1, 1],
      [3, 8],
      [7, 13],
    ]) {
      const arena = newArena();
      const [sums, bias, gradients] = [draws(rows * columns, 2), draws(columns), draws(rows * columns)];
      const earlier = draws(columns);
      const [values, slopes, biasGradient] = [put(arena, sums), put(arena, gradients), put(arena, earlier)];
      arena.kernel.activate(values, put(arena, bias), rows, columns, activationCode(name));
      arena.kernel.activateBack(slopes, values, biasGradient, rows, columns, activationCode(name));

      const inputs = Array.from(sums, (sum, i) => sum + bias[i % columns]);
      expect(difference(arena.floats(values, sums.length), inputs.map(applied[name]))).toBeLessThan(close);
      const change = 1e-5;
      const expected = inputs.map(
        (x, i) => (gradients[i] * (applied[name](x + change) - applied[name](x - change))) / (2 * change),
      );
      expect(difference(arena.floats(slopes, sums.length), expected)).toBeLessThan(close);
      const summed = Array.from(earlier);
      expected.forEach((gradient, i) => (summed[i % columns] += gradient));
      expect(difference(arena.floats(biasGradient, columns), summed)).toBeLessThan(1e-5);
    }
  });

  test('a dense layer in one pass is a product and an activation', () => {
    for (const [rows, columns, inner] of [
      [1, 1, 1],
      [3, 9, 5],
      [7, 13, 6],
      [6, 300, 270],
    ]) {
      const arena = newArena();
      const [a, b, bias] = [draws(rows * inner), draws(inner * columns, 0.1), draws(columns)];
      const out = put(arena, draws(rows * columns));
      const addresses: [Address, Address, Address] = [put(arena, a), put(arena, b), put(arena, bias)];
      arena.kernel.dense(out, ...addresses, rows, columns, inner, activationCode('tanh'));
      const sums = matrixProduct(
        ...[rows, columns, inner],
        (i, k) => a[i * inner + k],
        (k, j) => b[k * columns + j],
      );
      const expected = sums.map((sum, i) => Math.tanh(sum + bias[i % columns]));
      expect(difference(arena.floats(out, rows * columns), expected)).toBeLessThan(5e-6);
    }
  });

  test('tanh and sigmoid are right at both ends and near 0', () => {
    const tiny = [0, 1e-30, -1e-12, 1e-7, -3e-5, 1e-3, -0.02, 0.1, 0.3, -0.624, 0.626, 0.9];
    const inputs = Float32Array.from([...tiny, -1, 2, -5, 9, -20, 88, -89, 200, -1e30, Infinity, -Infinity]);
    const run = (name: Activation) => {
      const arena = newArena();
      const [values, bias] = [put(arena, inputs), arena.allocate(inputs.length)];
      arena.kernel.activate(values, bias, 1, inputs.length, activationCode(name));
      return arena.floats(values, inputs.length);
    };
    const tanhs = run('tanh');
    inputs.forEach((x, i) => {
      const expected = Math.tanh(x);
      expect(Math.abs(tanhs[i] - expected), `tanh(${x})`).toBeLessThanOrEqual(3e-7 * Math.abs(expected));
    });
    expect(difference(run('sigmoid'), Array.from(inputs, sigmoid))).toBeLessThan(2e-7);
  });

  test('not a number stays not a number', () => {
    for (const name of activations) {
      const arena = newArena();
      const [values, bias] = [put(arena, new Float32Array(7).fill(NaN)), arena.allocate(7)];
      arena.kernel.activate(values, bias, 1, 7, activationCode(name));
      expect([...arena.floats(values, 7)], name).toEqual(new Array(7).fill(NaN));
    }
  });

  test('vectors: clear, copy, add, scale, product, sum of squares', () => {
    for (const count of [0, 1, 3, 4, 15, 16, 17, 1001]) {
      const arena = newArena();
      const [a, b] = [draws(count + 1), draws(count + 1)];
      const [aAt, bAt, out] = [put(arena, a), put(arena, b), put(arena, a)];
      const outcome = () => arena.floats(out, count + 1);
      const { kernel } = arena;
      const expectHead = (expected: (i: number) => number) => {
        const all = Array.from(a, (value, i) => (i < count ? expected(i) : value));
        expect(difference(outcome(), all)).toBeLessThan(close);
      };
      kernel.add(out, bAt, count, -0.5);
      expectHead((i) => a[i] - 0.5 * b[i]);
      kernel.copy(out, bAt, count);
      expectHead((i) => b[i]);
      kernel.scale(out, count, 3);
      expectHead((i) => 3 * b[i]);
      kernel.product(out, aAt, bAt, count);
      expectHead((i) => a[i] * b[i]);
      const squares = a.slice(0, count).reduce((sum, value) => sum + value * value, 0);
      expect(Math.abs(kernel.sumOfSquares(aAt, count) - squares)).toBeLessThan(1e-5 * (1 + squares));
      kernel.clear(out, count);
      expectHead(() => 0);
    }
  });

  test('squares are summed in double precision', () => {
    const arena = newArena();
    const values = new Float32Array(100_001).fill(1);
    values[0] = 1e5;
    expect(arena.kernel.sumOfSquares(put(arena, values), values.length)).toBe(1e10 + 1e5);
  });

  test('adam, with and without decay', () => {
    for (const decay of [0, 0.01]) {
      const count = 11;
      const arena = newArena();
      const [parameters, first] = [draws(count + 1), draws(count + 1)];
      const second = draws(count + 1).map((value) => value * value);
      const gradients = draws(count + 1);
      const [at, m, v] = [put(arena, parameters), put(arena, first), put(arena, second)];
      arena.kernel.adam(at, put(arena, gradients), m, v, count, 0.003, 0.9, 0.999, 1e-8, decay);
      const ms = Array.from(first, (value, i) =>
        i < count ? 0.9 * value + (1 - 0.9) * gradients[i] : value,
      );
      const vs = Array.from(second, (value, i) =>
        i < count ? 0.999 * value + (1 - 0.999) * gradients[i] ** 2 : value,
      );
      const expected = Array.from(parameters, (value, i) => {
        const step = decay * value + (0.003 * ms[i]) / (Math.sqrt(vs[i]) + 1e-8);
        return i < count ? value - step : value;
      });
      expect(difference(arena.floats(m, count + 1), ms)).toBeLessThan(close);
      expect(difference(arena.floats(v, count + 1), vs)).toBeLessThan(close);
      expect(difference(arena.floats(at, count + 1), expected)).toBeLessThan(close);
    }
  });

  const batchesAndUnits = [
    [1, 1],
    [3, 4],
    [5, 7],
    [2, 64],
  ];

  test.each(batchesAndUnits)('one step of an LSTM, %i × %i', (batch, units) => {
    const arena = newArena();
    const [gates, before] = [draws(4 * batch * units), draws(batch * units)];
    const [gatesAt, beforeAt] = [put(arena, gates), put(arena, before)];
    const [cell, hidden, cellTanh] = [0, 1, 2].map(() => arena.allocate(batch * units));
    arena.kernel.lstmForward(gatesAt, beforeAt, cell, hidden, cellTanh, batch, units);
    const expected = lstmStep(gates, before, batch, units);
    expect(difference(arena.floats(gatesAt, gates.length), expected.gates)).toBeLessThan(close);
    expect(difference(arena.floats(cell, before.length), expected.cell)).toBeLessThan(close);
    expect(difference(arena.floats(hidden, before.length), expected.hidden)).toBeLessThan(close);
    expect(difference(arena.floats(cellTanh, before.length), expected.cell.map(Math.tanh))).toBeLessThan(
      close,
    );

    const [ofHidden, ofCell] = [draws(batch * units), draws(batch * units)];
    const [out, cellGradient] = [arena.allocate(gates.length), put(arena, ofCell)];
    arena.kernel.lstmBack(
      ...[out, gatesAt, beforeAt, cellTanh, put(arena, ofHidden), cellGradient, batch, units],
    );
    const back = lstmStepGradient(gates, before, ofHidden, ofCell, batch, units);
    expect(difference(arena.floats(out, gates.length), back.gates)).toBeLessThan(close);
    expect(difference(arena.floats(cellGradient, before.length), back.cellBefore)).toBeLessThan(close);
  });

  test.each(batchesAndUnits)('one step of a GRU, %i × %i', (batch, units) => {
    const arena = newArena();
    const [gates, recurrent] = [draws(3 * batch * units), draws(3 * batch * units)];
    const before = draws(batch * units);
    const [gatesAt, recurrentAt, beforeAt] = [put(arena, gates), put(arena, recurrent), put(arena, before)];
    const hidden = arena.allocate(batch * units);
    arena.kernel.gruForward(gatesAt, recurrentAt, beforeAt, hidden, batch, units);
    const expected = gruStep(gates, recurrent, before, batch, units);
    expect(difference(arena.floats(gatesAt, gates.length), expected.gates)).toBeLessThan(close);
    expect(difference(arena.floats(hidden, before.length), expected.hidden)).toBeLessThan(close);

    const ofHidden = draws(batch * units);
    const [out, outRecurrent] = [arena.allocate(gates.length), arena.allocate(gates.length)];
    const hiddenGradient = put(arena, ofHidden);
    arena.kernel.gruBack(
      ...[out, outRecurrent, gatesAt, recurrentAt, beforeAt, hiddenGradient, batch, units],
    );
    const back = gruStepGradient(gates, recurrent, before, ofHidden, batch, units);
    expect(difference(arena.floats(out, gates.length), back.gates)).toBeLessThan(close);
    expect(difference(arena.floats(outRecurrent, gates.length), back.recurrent)).toBeLessThan(close);
    expect(difference(arena.floats(hiddenGradient, before.length), back.hiddenBefore)).toBeLessThan(close);
  });

  test.each([
    { steps: 1, heads: 1, headWidth: 1, lengths: [1, 1] },
    { steps: 6, heads: 2, headWidth: 4, lengths: [6, 1, 3] },
    { steps: 9, heads: 3, headWidth: 5, lengths: [9, 4] },
    { steps: 13, heads: 2, headWidth: 8, lengths: [13, 6] },
    { steps: 20, heads: 1, headWidth: 16, lengths: [20] },
  ])('attention over $steps steps, $heads heads of $headWidth', ({ steps, heads, headWidth, lengths }) => {
    const arena = newArena();
    const [batch, width] = [lengths.length, heads * headWidth];
    const sizes: [number, number, number, number] = [batch, steps, heads, headWidth];
    const [input, ofOut] = [draws(3 * batch * steps * width), draws(batch * steps * width)];
    const [inputAt, lengthsAt] = [put(arena, input), putIntegers(arena, lengths)];
    const stale = draws(3 * batch * heads * (steps * steps + steps * headWidth));
    const [weights, out, gradient] = [0, 1, 2].map(() => put(arena, stale));
    const scratch = arena.allocate(attentionScratch(steps, headWidth));
    arena.kernel.attentionForward(inputAt, weights, out, lengthsAt, scratch, ...sizes);
    arena.kernel.attentionBack(
      ...[gradient, inputAt, weights, put(arena, ofOut), lengthsAt, scratch],
      ...sizes,
    );
    const expected = attention(input, lengths, steps, heads, headWidth);
    expect(difference(arena.floats(weights, batch * heads * steps ** 2), expected.weights)).toBeLessThan(
      close,
    );
    expect(difference(arena.floats(out, batch * steps * width), expected.out)).toBeLessThan(close);
    const back = attentionGradient(input, ofOut, lengths, steps, heads, headWidth);
    expect(difference(arena.floats(gradient, input.length), back)).toBeLessThan(1e-5);
  });

  test('attention stands scores too large for an exponential', () => {
    const arena = newArena();
    const input = [40, 20, 1, 2, 30, -40, 3, 4, -50, 60, 5, 6].map((value) => 10 * value);
    const [weights, out] = [arena.allocate(4), arena.allocate(4)];
    const scratch = arena.allocate(attentionScratch(2, 2));
    const lengths = putIntegers(arena, [2]);
    arena.kernel.attentionForward(put(arena, input), weights, out, lengths, scratch, 1, 2, 1, 2);
    expect(arena.floats(weights, 4).every(Number.isFinite)).toBe(true);
    expect(difference(arena.floats(out, 4), attention(input, [2], 2, 1, 2).out)).toBeLessThan(close);
  });

  test.each([
    [1, 1],
    [3, 4],
    [5, 11],
    [4, 64],
  ])('layer norm, %i × %i', (rows, columns) => {
    const arena = newArena();
    const [input, ofOut] = [draws(rows * columns).map((value) => 30 + value), draws(rows * columns)];
    const [gain, shift, earlierGain, earlierShift] = [0, 1, 2, 3].map(() => draws(columns));
    const [out, normalised, back] = [0, 1, 2].map(() => arena.allocate(rows * columns));
    const [inverse, gainAt] = [arena.allocate(rows), put(arena, gain)];
    const [gains, shifts] = [put(arena, earlierGain), put(arena, earlierShift)];
    arena.kernel.layerNormForward(
      ...[out, normalised, inverse, put(arena, input), gainAt, put(arena, shift), rows, columns, 1e-5],
    );
    arena.kernel.layerNormBack(
      ...[back, put(arena, ofOut), normalised, inverse, gainAt, gains, shifts, rows, columns],
    );
    const expected = layerNorm(input, gain, shift, rows, columns, 1e-5);
    expect(difference(arena.floats(out, rows * columns), expected)).toBeLessThan(2e-5);
    const gradient = layerNormGradient(input, gain, shift, ofOut, rows, columns, 1e-5);
    expect(difference(arena.floats(back, rows * columns), gradient.input)).toBeLessThan(3e-5);
    const sums = (earlier: Float32Array, added: Float64Array) => added.map((value, j) => value + earlier[j]);
    expect(difference(arena.floats(gains, columns), sums(earlierGain, gradient.gain))).toBeLessThan(3e-5);
    expect(difference(arena.floats(shifts, columns), sums(earlierShift, gradient.shift))).toBeLessThan(3e-5);
  });

  test.each([
    { height: 1, width: 1, channels: 1, size: 1, stride: 1, padding: 0 },
    { height: 6, width: 5, channels: 3, size: 3, stride: 1, padding: 1 },
    { height: 8, width: 8, channels: 4, size: 4, stride: 2, padding: 1 },
    { height: 7, width: 9, channels: 5, size: 3, stride: 2, padding: 2 },
  ])(
    'patches of images and back: $height × $width × $channels, size $size, stride $stride, padding $padding',
    (image) => {
      const arena = newArena();
      const batch = 2;
      const { height, width, channels, size, stride, padding } = image;
      const outHeight = Math.floor((height + 2 * padding - size) / stride) + 1;
      const outWidth = Math.floor((width + 2 * padding - size) / stride) + 1;
      const sizes: [number, number, number, number, number, number, number, number, number] = [
        ...[batch, height, width, channels, size, stride, padding, outHeight, outWidth],
      ] as never;
      const images = draws(batch * height * width * channels);
      const patches = draws(batch * outHeight * outWidth * size * size * channels);
      const [imagesAt, patchesAt] = [put(arena, images), put(arena, patches)];
      const [toPatches, toImages] = [put(arena, patches), put(arena, images)];
      arena.kernel.imageToColumns(toPatches, imagesAt, ...sizes);
      arena.kernel.columnsToImage(toImages, patchesAt, ...sizes);
      const shape = { batch, ...image, outHeight, outWidth };
      expect(difference(arena.floats(toPatches, patches.length), patchesOf(images, shape))).toBe(0);
      expect(difference(arena.floats(toImages, images.length), sumPatches(patches, shape))).toBeLessThan(
        close,
      );
    },
  );

  test.each([1, 4, 7, 64, 81])('sparse rows and listed rows, width %i', (width) => {
    const arena = newArena();
    const dense = Array.from({ length: 6 * 5 }, (_, i) => (i % 3 === 0 && i > 4 ? normal(random) : 0));
    const [starts, columns, values]: number[][] = [[0], [], []];
    for (let row = 0; row < 6; row++) {
      for (let column = 0; column < 5; column++) {
        if (dense[row * 5 + column] === 0) continue;
        columns.push(column);
        values.push(Math.fround(dense[row * 5 + column]));
      }
      starts.push(columns.length);
    }
    const table = draws(5 * width);
    const tableAt = put(arena, table);
    const out = put(arena, draws(6 * width));
    const [startsAt, columnsAt] = [putIntegers(arena, starts), putIntegers(arena, columns)];
    arena.kernel.sparseMultiply(out, startsAt, columnsAt, put(arena, values), tableAt, 6, width);
    const expected = matrixProduct(
      ...[6, width, 5],
      (i, k) => dense[i * 5 + k],
      (k, j) => table[k * width + j],
    );
    expect(difference(arena.floats(out, 6 * width), expected)).toBeLessThan(close);

    const chosen = [3, 0, 3, 4, 1, 3];
    const indexes = putIntegers(arena, chosen);
    arena.kernel.gather(out, tableAt, indexes, 6, width);
    const listed = chosen.flatMap((row) => [...table.subarray(row * width, (row + 1) * width)]);
    expect([...arena.floats(out, 6 * width)]).toEqual(listed);
    arena.kernel.scatterAdd(tableAt, indexes, out, 6, width);
    const times = (row: number) => 1 + chosen.filter((other) => other === row).length;
    const summed = Array.from(table, (value, i) => value * times(Math.floor(i / width)));
    expect(difference(arena.floats(tableAt, 5 * width), summed)).toBeLessThan(close);
  });
});

describe('the two kernels', () => {
  test('agree to the last bits where no exponential comes in', () => {
    const [plain, simd] = kinds.map((kind) => {
      random = seededRandom(3);
      const arena = new Arena(makers[kind]());
      const [a, b] = [put(arena, draws(37)), put(arena, draws(37))];
      arena.kernel.product(b, a, b, 37);
      arena.kernel.activate(b, a, 1, 37, activationCode('leaky'));
      return [...arena.floats(b, 37)];
    });
    expect(difference(simd, plain)).toBeLessThan(2e-7);
  });
});
