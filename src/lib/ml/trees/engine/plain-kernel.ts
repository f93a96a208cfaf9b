import { emptyHessian, histogramStride, type Kernel, nodeFields, roundedScore } from './kernel.ts';

const strideNumbers = histogramStride / 8;

/** The kernel in TypeScript, for places without WebAssembly or shared memory; also what the tests hold the other one to. */
export function plainKernel(buffer: ArrayBufferLike): Kernel {
  const bytes = new Uint8Array(buffer);
  const words = new Uint32Array(buffer);
  const singles = new Float32Array(buffer);
  const doubles = new Float64Array(buffer);
  return {
    ...fillingLoops(bytes, words, singles, doubles),
    ...histogramLoops(bytes, words, doubles),
    ...scanningLoops(doubles),
    ...rowLoops(bytes, words, doubles),
  };
}

// Byte offsets reach 4 GiB, so they are halved without a sign.
const at8 = (offset: number) => offset >>> 3;
const at4 = (offset: number) => offset >>> 2;

function fillingLoops(
  bytes: Uint8Array,
  words: Uint32Array,
  singles: Float32Array,
  doubles: Float64Array,
): Pick<Kernel, 'binColumn' | 'logisticGradients' | 'sumRows'> {
  return {
    binColumn: (values, step, count, cuts, missing, column, rows, rowBytes) => {
      const firstCut = at4(cuts);
      for (let i = 0; i < count; i++) {
        const value = singles[at4(values) + i * (step >>> 2)];
        const bin = value === value ? countCuts(singles, firstCut, value) : missing;
        bytes[column + i] = bin;
        bytes[rows + i * rowBytes] = bin;
      }
    },
    logisticGradients: (margins, labels, weights, from, to, gradients) => {
      for (let i = from; i < to; i++) {
        const p = 1 / (1 + exponential(-doubles[at8(margins) + i]));
        const weight = doubles[at8(weights) + i];
        const out = at8(gradients) + 2 * i;
        doubles[out] = weight * (p - doubles[at8(labels) + i]);
        doubles[out + 1] = weight * Math.max(p * (1 - p), 1e-16);
      }
    },
    sumRows: (gradients, rows, count, sum) => {
      let [gradient, hessian] = [0, 0];
      for (let k = 0; k < count; k++) {
        const slot = at8(gradients) + 2 * words[at4(rows) + k];
        gradient += doubles[slot];
        hessian += doubles[slot + 1];
      }
      doubles[at8(sum)] = gradient;
      doubles[at8(sum) + 1] = hessian;
    },
  };
}

/** How many of 255 ascending cuts, padded with infinity, are not above the value. */
function countCuts(singles: Float32Array, first: number, value: number): number {
  let at = first;
  for (let half = 128; half >= 1; half >>= 1) if (singles[at + half - 1] <= value) at += half;
  return at - first;
}

const coefficients = [
  2.505210838544172e-8, 2.755731922398589e-7, 2.7557319223985893e-6, 2.48015873015873e-5,
  1.984126984126984e-4, 1.388888888888889e-3, 8.333333333333333e-3, 4.1666666666666664e-2,
  1.6666666666666666e-1, 0.5, 1, 1,
];
const shifter = 6755399441055744;

/** The kernel's own e^x, so that both kernels agree to the last bit; Math.exp may differ between machines. */
function exponential(x: number): number {
  const inside = Math.max(Math.min(x, 700), -700);
  const k = inside * 1.4426950408889634 + shifter - shifter;
  const r = inside - k * 0.6931471803691238 - k * 1.9082149292705877e-10;
  let p = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) p = p * r + coefficients[i];
  return p * 2 ** k;
}

function histogramLoops(
  bytes: Uint8Array,
  words: Uint32Array,
  doubles: Float64Array,
): Pick<Kernel, 'clear' | 'build' | 'buildListed' | 'subtract'> {
  return {
    clear: (histogram, slots, columns) => {
      for (let c = 0; c < columns; c++) {
        const first = at8(histogram) + c * strideNumbers;
        doubles.fill(0, first, first + 2 * words[at4(slots) + c]);
      }
    },
    build: (bins, rowBytes, columns, rows, count, gradients, histogram) => {
      for (let k = 0; k < count; k++) {
        const row = words[at4(rows) + k];
        const gradient = doubles[at8(gradients) + 2 * row];
        const hessian = doubles[at8(gradients) + 2 * row + 1];
        const offset = bins + row * rowBytes;
        let first = at8(histogram);
        for (let c = 0; c < columns; c++, first += strideNumbers) {
          const slot = first + 2 * bytes[offset + c];
          doubles[slot] += gradient;
          doubles[slot + 1] += hessian;
        }
      }
    },
    buildListed: (bins, rowBytes, list, listed, rows, count, gradients, histogram) => {
      for (let k = 0; k < count; k++) {
        const row = words[at4(rows) + k];
        const gradient = doubles[at8(gradients) + 2 * row];
        const hessian = doubles[at8(gradients) + 2 * row + 1];
        for (let j = 0; j < listed; j++) {
          const place = words[at4(list) + j];
          const slot = at8(histogram) + place * strideNumbers + 2 * bytes[bins + row * rowBytes + place];
          doubles[slot] += gradient;
          doubles[slot + 1] += hessian;
        }
      }
    },
    subtract: (parent, child, slots, columns) => {
      for (let c = 0; c < columns; c++) {
        const [from, by] = [at8(parent) + c * strideNumbers, at8(child) + c * strideNumbers];
        const used = 2 * words[at4(slots) + c];
        for (let i = 0; i < used; i++) doubles[from + i] -= doubles[by + i];
      }
    },
  };
}

function scanningLoops(doubles: Float64Array): Pick<Kernel, 'scan' | 'addScores'> {
  return {
    scan: (histogram, bins, node, least, best) => {
      const column = { first: at8(histogram), bins, node: at8(node), best: at8(best) };
      const hasMissing = doubles[column.first + 2 * bins + 1] > emptyHessian;
      if (doubles[column.node + nodeFields.descends] === 1) {
        const key = descend(doubles, column, least);
        return hasMissing ? ascend(doubles, column, bins, key) : key;
      }
      const key = ascend(doubles, column, hasMissing ? bins : bins - 1, least);
      return hasMissing ? descend(doubles, column, key) : key;
    },
    addScores: (histogram, bins, node, level) =>
      addScores(doubles, at8(histogram), bins, at8(node), at8(level)),
  };
}

/** What a scan works on, as places among the doubles. */
interface ScannedColumn {
  readonly first: number;
  readonly bins: number;
  readonly node: number;
  readonly best: number;
}

/** Cuts from the lowest, with missing values right. */
function ascend(
  doubles: Float64Array,
  { first, node, best }: ScannedColumn,
  turns: number,
  least: number,
): number {
  const key = pass(doubles, first, turns, 2, node, least, best);
  if (!(key > least)) return key;
  doubles[best + 3] = (doubles[best + 3] - first) / 2;
  doubles[best + 4] = 0;
  return key;
}

/** Cuts from the highest, with missing values left. */
function descend(doubles: Float64Array, { first, bins, node, best }: ScannedColumn, least: number): number {
  const key = pass(doubles, first + 2 * bins - 2, bins - 1, -2, node, least, best);
  if (!(key > least)) return key;
  doubles[best + 1] = doubles[node] - doubles[best + 1];
  doubles[best + 2] = doubles[node + 1] - doubles[best + 2];
  doubles[best + 3] = (doubles[best + 3] - first) / 2 - 1;
  doubles[best + 4] = 1;
  return key;
}

/** Moves slots from one side of a cut to the other, one after another, and keeps the best cut. */
function pass(
  doubles: Float64Array,
  first: number,
  turns: number,
  step: number,
  node: number,
  least: number,
  best: number,
): number {
  const [gradient, hessian, rows, lambda, alpha, leastHessian, leastRows] = doubles.subarray(node, node + 7);
  const rowsPerHessian = rows / hessian;
  let [movedGradient, movedHessian, movedRows, key] = [0, 0, 0, least];
  for (let turn = 0, slot = first; turn < turns; turn++, slot += step) {
    if (doubles[slot] === 0 && doubles[slot + 1] === 0) continue;
    movedGradient += doubles[slot];
    movedHessian += doubles[slot + 1];
    if (leastRows > 0) {
      movedRows += Math.floor(doubles[slot + 1] * rowsPerHessian + 0.5);
      if (movedRows < leastRows) continue;
      if (rows - movedRows < leastRows) break;
    }
    const restHessian = hessian - movedHessian;
    if (movedHessian < leastHessian) continue;
    if (restHessian < leastHessian) break;
    const a = Math.max(Math.abs(movedGradient) - alpha, 0);
    const b = Math.max(Math.abs(gradient - movedGradient) - alpha, 0);
    const score = (a * a) / (movedHessian + lambda) + (b * b) / (restHessian + lambda);
    const rounded = roundedScore(score);
    if (!(rounded > key)) continue;
    key = rounded;
    doubles[best] = score;
    doubles[best + 1] = movedGradient;
    doubles[best + 2] = movedHessian;
    doubles[best + 3] = slot;
  }
  return key;
}

function addScores(doubles: Float64Array, first: number, bins: number, node: number, level: number): void {
  const [gradient, hessian] = [doubles[node], doubles[node + 1]];
  const [lambda, alpha] = [doubles[node + nodeFields.lambda], doubles[node + nodeFields.alpha]];
  const side = (g: number, h: number) => {
    const t = Math.max(Math.abs(g) - alpha, 0);
    return (t * t) / Math.max(h + lambda, emptyHessian);
  };
  const both = (g: number, h: number, restG: number, restH: number) => side(g, h) + side(restG, restH);
  const [missingG, missingH] = [doubles[first + 2 * bins], doubles[first + 2 * bins + 1]];
  let [g, h] = [0, 0];
  let [missingRight, missingLeft] = [0, 0];
  for (let bin = 0; bin < bins; bin++) {
    const slot = first + 2 * bin;
    if (bin === 0 || doubles[slot] !== 0 || doubles[slot + 1] !== 0) {
      g += doubles[slot];
      h += doubles[slot + 1];
      const [restG, restH] = [gradient - g, hessian - h];
      missingRight = both(g, h, restG, restH);
      missingLeft =
        missingH > emptyHessian
          ? both(g + missingG, h + missingH, restG - missingG, restH - missingH)
          : missingRight;
    }
    doubles[level + 2 * bin] += missingRight;
    doubles[level + 2 * bin + 1] += missingLeft;
  }
}

function rowLoops(
  bytes: Uint8Array,
  words: Uint32Array,
  doubles: Float64Array,
): Pick<Kernel, 'partition' | 'addLeaf'> {
  return {
    partition: (column, rows, count, goesLeft, scratch) => {
      const first = at4(rows);
      const aside = at4(scratch);
      let [left, right] = [first, aside];
      for (let k = first; k < first + count; k++) {
        const row = words[k];
        if (bytes[goesLeft + bytes[column + row]] === 1) words[left++] = row;
        else words[right++] = row;
      }
      words.copyWithin(left, aside, right);
      return left - first;
    },
    addLeaf: (margins, step, rows, count, value, isSingle) => {
      for (let k = at4(rows); k < at4(rows) + count; k++) {
        const at = at8(margins) + words[k] * (step >>> 3);
        const sum = doubles[at] + value;
        doubles[at] = isSingle === 1 ? Math.fround(sum) : sum;
      }
    },
  };
}
