import { toFloat16 } from '../../core/float16.ts';
import type { LayerWeights } from './graph.ts';

/** How weights are written: whole, or smaller and rounded. Vectors stay whole in `uint8`: they are few, and sums start from them. */
export const precisions = ['float32', 'float16', 'uint8'] as const;
export type Precision = (typeof precisions)[number];

/** One entry of a weights manifest. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32';
  readonly quantization?:
    { readonly dtype: 'float16' } | { readonly dtype: 'uint8'; readonly min: number; readonly scale: number };
}

interface Written {
  readonly spec: WeightSpec;
  readonly bytes: Uint8Array;
}

/**
 * Weights one after another, as tfjs reads them.
 * @see tfjs-core, io/types.ts, `WeightsManifestEntry`
 */
export function writeWeights(
  weights: readonly LayerWeights[],
  precision: Precision,
): { readonly specs: readonly WeightSpec[]; readonly bytes: Uint8Array } {
  const written = weights.map((one) => writeOne(one, precision));
  const bytes = new Uint8Array(written.reduce((sum, { bytes: own }) => sum + own.length, 0));
  let offset = 0;
  for (const { bytes: own } of written) {
    bytes.set(own, offset);
    offset += own.length;
  }
  return { specs: written.map(({ spec }) => spec), bytes };
}

function writeOne({ name, shape, values }: LayerWeights, precision: Precision): Written {
  const spec = { name, shape, dtype: 'float32' } as const;
  if (precision === 'float16') {
    const halves = Uint16Array.from(values, toFloat16);
    return { spec: { ...spec, quantization: { dtype: 'float16' } }, bytes: bytesOf(halves) };
  }
  if (precision === 'uint8' && shape.length > 1) return writeLevels(spec, values);
  return { spec, bytes: bytesOf(values) };
}

/** 256 even levels from the least to the largest: value = min + scale × level. */
function writeLevels(spec: Omit<WeightSpec, 'quantization'>, values: Float32Array): Written {
  const [min, max] = rangeOf(values);
  const scale = max > min ? (max - min) / 255 : 1;
  const levels = Uint8Array.from(values, (value) => Math.round((value - min) / scale));
  return { spec: { ...spec, quantization: { dtype: 'uint8', min, scale } }, bytes: levels };
}

function rangeOf(values: Float32Array): readonly [min: number, max: number] {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return [min, max];
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
