import type { NeuralKernel } from '../kernel.ts';
import { place, type PlainMemory } from './memory.ts';

/** One head of one example, in numbers instead of bytes. */
interface Head {
  /** Where its query of step 0 stands from the start of `queryKeyValue`; keys and values follow `width` and 2 × `width` later. */
  readonly query: number;
  /** Where its weights stand from their start. */
  readonly weights: number;
  /** Where its part of step 0 stands from the start of `out`. */
  readonly out: number;
  readonly length: number;
}

interface Shape {
  readonly batch: number;
  readonly steps: number;
  readonly heads: number;
  readonly headWidth: number;
  /** Of all heads together. */
  readonly width: number;
}

export function attentionLoops(
  memory: PlainMemory,
): Pick<NeuralKernel, 'attentionForward' | 'attentionBack'> {
  return {
    attentionForward: (queryKeyValue, weights, out, lengths, _scratch, batch, steps, heads, headWidth) => {
      const shape = { batch, steps, heads, headWidth, width: heads * headWidth };
      const { floats, integers } = memory;
      const [input, shares, to] = [place(queryKeyValue), place(weights), place(out)];
      floats.fill(0, shares, shares + batch * heads * steps * steps);
      floats.fill(0, to, to + batch * steps * shape.width);
      for (const head of headsOf(shape, integers, place(lengths))) {
        shareAttention(floats, shape, head, input, shares);
        mixValues(floats, shape, head, input, shares, to);
      }
    },
    attentionBack: (
      gradient,
      queryKeyValue,
      weights,
      outGradient,
      lengths,
      scratch,
      batch,
      steps,
      ...sizes
    ) => {
      const [heads, headWidth] = sizes;
      const shape = { batch, steps, heads, headWidth, width: heads * headWidth };
      const { floats, integers } = memory;
      const [to, input, shares] = [place(gradient), place(queryKeyValue), place(weights)];
      floats.fill(0, to, to + batch * steps * 3 * shape.width);
      for (const head of headsOf(shape, integers, place(lengths))) {
        valuesBack(floats, shape, head, to, shares, place(outGradient));
        sharesBack(floats, shape, head, input, shares, place(outGradient), place(scratch));
        queriesAndKeysBack(floats, shape, head, to, input, place(scratch));
      }
    },
  };
}

function* headsOf({ batch, steps, heads, headWidth, width }: Shape, integers: Int32Array, lengths: number) {
  for (let example = 0; example < batch; example++) {
    for (let head = 0; head < heads; head++) {
      yield {
        query: example * steps * 3 * width + head * headWidth,
        weights: (example * heads + head) * steps * steps,
        out: example * steps * width + head * headWidth,
        length: integers[lengths + example],
      };
    }
  }
}

/** Sum of products of two vectors of one head. */
function dot(floats: Float32Array, a: number, b: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += floats[a + i] * floats[b + i];
  return sum;
}

/** to += factor × from. */
function addScaled(floats: Float32Array, to: number, from: number, count: number, factor: number): void {
  for (let i = 0; i < count; i++) floats[to + i] += factor * floats[from + i];
}

function shareAttention(floats: Float32Array, shape: Shape, head: Head, input: number, shares: number): void {
  const { steps, headWidth, width } = shape;
  const factor = 1 / Math.sqrt(headWidth);
  for (let i = 0; i < head.length; i++) {
    const row = shares + head.weights + i * steps;
    const query = input + head.query + i * 3 * width;
    let most = -Infinity;
    for (let j = 0; j < head.length; j++) {
      const key = input + head.query + width + j * 3 * width;
      floats[row + j] = factor * dot(floats, query, key, headWidth);
      most = Math.max(most, floats[row + j]);
    }
    let sum = 0;
    for (let j = 0; j < head.length; j++) sum += floats[row + j] = Math.exp(floats[row + j] - most);
    for (let j = 0; j < head.length; j++) floats[row + j] /= sum;
  }
}

function mixValues(
  floats: Float32Array,
  { steps, headWidth, width }: Shape,
  head: Head,
  input: number,
  shares: number,
  out: number,
): void {
  for (let i = 0; i < head.length; i++) {
    for (let j = 0; j < head.length; j++) {
      const share = floats[shares + head.weights + i * steps + j];
      const value = input + head.query + 2 * width + j * 3 * width;
      addScaled(floats, out + head.out + i * width, value, headWidth, share);
    }
  }
}

function valuesBack(
  floats: Float32Array,
  { steps, headWidth, width }: Shape,
  head: Head,
  gradient: number,
  shares: number,
  outGradient: number,
): void {
  for (let i = 0; i < head.length; i++) {
    for (let j = 0; j < head.length; j++) {
      const share = floats[shares + head.weights + i * steps + j];
      const value = gradient + head.query + 2 * width + j * 3 * width;
      addScaled(floats, value, outGradient + head.out + i * width, headWidth, share);
    }
  }
}

/** Writes the gradients of the scores before scaling and softmax into `scratch` (steps × steps). */
function sharesBack(
  floats: Float32Array,
  { steps, headWidth, width }: Shape,
  head: Head,
  input: number,
  shares: number,
  outGradient: number,
  scratch: number,
): void {
  const factor = 1 / Math.sqrt(headWidth);
  for (let i = 0; i < head.length; i++) {
    const [row, to] = [shares + head.weights + i * steps, scratch + i * steps];
    for (let j = 0; j < head.length; j++) {
      const value = input + head.query + 2 * width + j * 3 * width;
      floats[to + j] = dot(floats, outGradient + head.out + i * width, value, headWidth);
    }
    const mean = dot(floats, row, to, head.length);
    for (let j = 0; j < head.length; j++) floats[to + j] = factor * floats[row + j] * (floats[to + j] - mean);
  }
}

function queriesAndKeysBack(
  floats: Float32Array,
  { steps, headWidth, width }: Shape,
  head: Head,
  gradient: number,
  input: number,
  scratch: number,
): void {
  for (let i = 0; i < head.length; i++) {
    for (let j = 0; j < head.length; j++) {
      const ofScore = floats[scratch + i * steps + j];
      const query = head.query + i * 3 * width;
      const key = head.query + width + j * 3 * width;
      addScaled(floats, gradient + query, input + key, headWidth, ofScore);
      addScaled(floats, gradient + key, input + query, headWidth, ofScore);
    }
  }
}
