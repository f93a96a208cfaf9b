// What the kernels must count, in double precision and in the plainest words; gradients by central differences of it, so
// that no hand-written derivative vouches for another.

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

type Values = ArrayLike<number>;

export function matrixProduct(
  rows: number,
  columns: number,
  inner: number,
  a: (row: number, step: number) => number,
  b: (step: number, column: number) => number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let k = 0; k < inner; k++) out[i * columns + j] += a(i, k) * b(k, j);
  return out;
}

/** The gradient of Σ outGradient · f(input) at an input, one central difference a number. */
function gradientOf(f: (input: Float64Array) => Values, at: Values, outGradient: Values): Float64Array {
  const change = 1e-5;
  const input = Float64Array.from(at);
  const value = (): number => {
    const out = f(input);
    let sum = 0;
    for (let i = 0; i < out.length; i++) sum += out[i] * outGradient[i];
    return sum;
  };
  return input.map((centre, i) => {
    input[i] = centre + change;
    const above = value();
    input[i] = centre - change;
    const below = value();
    input[i] = centre;
    return (above - below) / (2 * change);
  });
}

function concatenate(...parts: readonly Values[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => Array.from(part)));
}

/** Gates input, forget, cell and output, batch × 4 units. */
export function lstmStep(sums: Values, cellBefore: Values, batch: number, units: number) {
  const gates = Float64Array.from(sums);
  const cell = new Float64Array(batch * units);
  const hidden = new Float64Array(batch * units);
  for (let row = 0; row < batch; row++) {
    for (let unit = 0; unit < units; unit++) {
      const at = (gate: number) => row * 4 * units + gate * units + unit;
      for (const gate of [0, 1, 3]) gates[at(gate)] = sigmoid(sums[at(gate)]);
      gates[at(2)] = Math.tanh(sums[at(2)]);
      const place = row * units + unit;
      cell[place] = gates[at(1)] * cellBefore[place] + gates[at(0)] * gates[at(2)];
      hidden[place] = gates[at(3)] * Math.tanh(cell[place]);
    }
  }
  return { gates, cell, hidden };
}

export function lstmStepGradient(
  sums: Values,
  cellBefore: Values,
  ofHidden: Values,
  ofCell: Values,
  batch: number,
  units: number,
) {
  const step = (all: Float64Array) => {
    const { hidden, cell } = lstmStep(all.subarray(0, sums.length), all.subarray(sums.length), batch, units);
    return concatenate(hidden, cell);
  };
  const all = gradientOf(step, concatenate(sums, cellBefore), concatenate(ofHidden, ofCell));
  return { gates: all.slice(0, sums.length), cellBefore: all.slice(sums.length) };
}

/** Gates update, reset and candidate, batch × 3 units; the reset gate acts after the recurrent product. */
export function gruStep(sums: Values, recurrent: Values, hiddenBefore: Values, batch: number, units: number) {
  const gates = Float64Array.from(sums);
  const hidden = new Float64Array(batch * units);
  for (let row = 0; row < batch; row++) {
    for (let unit = 0; unit < units; unit++) {
      const [update, reset, candidate] = [0, 1, 2].map((gate) => row * 3 * units + gate * units + unit);
      gates[update] = sigmoid(sums[update] + recurrent[update]);
      gates[reset] = sigmoid(sums[reset] + recurrent[reset]);
      gates[candidate] = Math.tanh(sums[candidate] + gates[reset] * recurrent[candidate]);
      const place = row * units + unit;
      hidden[place] = (1 - gates[update]) * gates[candidate] + gates[update] * hiddenBefore[place];
    }
  }
  return { gates, hidden };
}

export function gruStepGradient(
  sums: Values,
  recurrent: Values,
  hiddenBefore: Values,
  ofHidden: Values,
  batch: number,
  units: number,
) {
  const count = sums.length;
  const step = (all: Float64Array) => {
    const [gates, products] = [all.subarray(0, count), all.subarray(count, 2 * count)];
    return gruStep(gates, products, all.subarray(2 * count), batch, units).hidden;
  };
  const all = gradientOf(step, concatenate(sums, recurrent, hiddenBefore), ofHidden);
  return {
    gates: all.slice(0, count),
    recurrent: all.slice(count, 2 * count),
    hiddenBefore: all.slice(2 * count),
  };
}

/** Input rows hold all heads' queries, then keys, then values; only the first lengths[b] steps of an example count. */
export function attention(
  input: Values,
  lengths: readonly number[],
  steps: number,
  heads: number,
  headWidth: number,
) {
  const width = heads * headWidth;
  const weights = new Float64Array(lengths.length * heads * steps * steps);
  const out = new Float64Array(lengths.length * steps * width);
  lengths.forEach((length, example) => {
    const read = (step: number, part: number, column: number) =>
      input[((example * steps + step) * 3 + part) * width + column];
    for (let head = 0; head < heads; head++) {
      const columns = Array.from({ length: headWidth }, (_, column) => head * headWidth + column);
      for (let i = 0; i < length; i++) {
        const scores = Array.from({ length }, (_, j) =>
          columns.reduce((sum, column) => sum + read(i, 0, column) * read(j, 1, column), 0),
        ).map((score) => score / Math.sqrt(headWidth));
        const most = Math.max(...scores);
        const powers = scores.map((score) => Math.exp(score - most));
        const total = powers.reduce((sum, power) => sum + power, 0);
        powers.forEach((power, j) => {
          weights[((example * heads + head) * steps + i) * steps + j] = power / total;
          for (const column of columns)
            out[(example * steps + i) * width + column] += (power / total) * read(j, 2, column);
        });
      }
    }
  });
  return { weights, out };
}

export function attentionGradient(
  input: Values,
  outGradient: Values,
  lengths: readonly number[],
  steps: number,
  heads: number,
  headWidth: number,
): Float64Array {
  const width = 3 * heads * headWidth;
  const all = new Float64Array(input.length);
  lengths.forEach((length, example) => {
    const [from, to] = [example * steps * width, (example + 1) * steps * width];
    const part = Float64Array.from(Array.from(input).slice(from, to));
    const ofPart = Array.from(outGradient).slice(from / 3, to / 3);
    all.set(
      gradientOf((values) => attention(values, [length], steps, heads, headWidth).out, part, ofPart),
      from,
    );
  });
  return all;
}

export function layerNorm(
  input: Values,
  gain: Values,
  shift: Values,
  rows: number,
  columns: number,
  epsilon: number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const row = Array.from({ length: columns }, (_, j) => input[i * columns + j]);
    const mean = row.reduce((sum, value) => sum + value, 0) / columns;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / columns;
    row.forEach((value, j) => {
      out[i * columns + j] = (gain[j] * (value - mean)) / Math.sqrt(variance + epsilon) + shift[j];
    });
  }
  return out;
}

export function layerNormGradient(
  input: Values,
  gain: Values,
  shift: Values,
  outGradient: Values,
  rows: number,
  columns: number,
  epsilon: number,
) {
  const norm = (all: Float64Array) => {
    const [values, rest] = [all.subarray(0, rows * columns), all.subarray(rows * columns)];
    return layerNorm(values, rest.subarray(0, columns), rest.subarray(columns), rows, columns, epsilon);
  };
  const all = gradientOf(norm, concatenate(input, gain, shift), outGradient);
  return {
    input: all.slice(0, rows * columns),
    gain: all.slice(rows * columns, rows * columns + columns),
    shift: all.slice(rows * columns + columns),
  };
}

interface Images {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/** For each number of the patches, in their order: where it stands in the images, or −1 where a patch hangs over the edge. */
function placesOf(images: Images): number[] {
  const { batch, height, width, channels, size, stride, padding, outHeight, outWidth } = images;
  const range = (count: number) => Array.from({ length: count }, (_, i) => i);
  return range(batch * outHeight * outWidth * size * size * channels).map((index) => {
    const channel = index % channels;
    const column = Math.floor(index / channels) % size;
    const row = Math.floor(index / channels / size) % size;
    const patch = Math.floor(index / channels / size / size);
    const x = (patch % outWidth) * stride - padding + column;
    const y = (Math.floor(patch / outWidth) % outHeight) * stride - padding + row;
    const image = Math.floor(patch / outWidth / outHeight);
    const isInside = x >= 0 && x < width && y >= 0 && y < height;
    return isInside ? ((image * height + y) * width + x) * channels + channel : -1;
  });
}

export function patchesOf(pixels: Values, images: Images): number[] {
  return placesOf(images).map((place) => (place < 0 ? 0 : pixels[place]));
}

export function sumPatches(patches: Values, images: Images): Float64Array {
  const { batch, height, width, channels } = images;
  const pixels = new Float64Array(batch * height * width * channels);
  placesOf(images).forEach((place, index) => {
    if (place >= 0) pixels[place] += patches[index];
  });
  return pixels;
}
