/** Where each block of a row begins. */
export function blockStarts(blocks: readonly number[]): readonly number[] {
  return blocks.map((_, index) => blocks.slice(0, index).reduce((sum, size) => sum + size, 0));
}

/** Writes 1 at the largest number of each block and 0 elsewhere; the first of equals wins. Rows × width, both. */
export function writeChoices(logits: Float32Array, blocks: readonly number[], rows: Float32Array): void {
  rows.fill(0, 0, logits.length);
  eachBlock(logits.length, blocks, (start, size) => {
    rows[largestAt(logits, start, size)] = 1;
  });
}

/** The code of the largest number of each block: rows × blocks. */
export function chosenCodes(logits: Float32Array, blocks: readonly number[]): Uint8Array {
  const codes: number[] = [];
  eachBlock(logits.length, blocks, (start, size) => codes.push(largestAt(logits, start, size) - start));
  return Uint8Array.from(codes);
}

/** Codes as one-hot rows. */
export function oneHotRows(codes: ArrayLike<number>, blocks: readonly number[]): Float32Array {
  const width = blocks.reduce((sum, size) => sum + size, 0);
  const rows = new Float32Array((codes.length / blocks.length) * width);
  let index = 0;
  eachBlock(rows.length, blocks, (start) => {
    rows[start + codes[index++]] = 1;
  });
  return rows;
}

/** Writes the gradient of the logits, from that of the choices, as if each choice had been a softmax. */
export function softmaxBack(
  logits: Float32Array,
  gradient: Float32Array,
  blocks: readonly number[],
  out: Float32Array,
): void {
  eachBlock(logits.length, blocks, (start, size) => {
    const chances = softmax(logits.subarray(start, start + size));
    const mean = chances.reduce((sum, chance, i) => sum + chance * gradient[start + i], 0);
    for (let i = 0; i < size; i++) out[start + i] = chances[i] * (gradient[start + i] - mean);
  });
}

/** Log of the chance that softmaxes over the blocks give the codes, for one row of logits. */
export function logLikelihood(
  logits: Float32Array,
  codes: ArrayLike<number>,
  blocks: readonly number[],
): number {
  let sum = 0;
  let index = 0;
  eachBlock(logits.length, blocks, (start, size) => {
    sum += Math.log(Math.max(softmax(logits.subarray(start, start + size))[codes[index++]], 1e-12));
  });
  return sum;
}

function softmax(logits: Float32Array): Float64Array {
  const largest = logits.reduce((most, value) => Math.max(most, value), -Infinity);
  const raised = Float64Array.from(logits, (value) => Math.exp(value - largest));
  const sum = raised.reduce((total, value) => total + value, 0);
  return raised.map((value) => value / sum);
}

function largestAt(values: Float32Array, start: number, size: number): number {
  let at = start;
  for (let i = start + 1; i < start + size; i++) if (values[i] > values[at]) at = i;
  return at;
}

/** Every block of every row, in order. */
function eachBlock(
  length: number,
  blocks: readonly number[],
  visit: (start: number, size: number) => void,
): void {
  for (let start = 0; start < length;) {
    for (const size of blocks) {
      visit(start, size);
      start += size;
    }
  }
}
