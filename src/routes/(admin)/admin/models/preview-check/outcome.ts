import { chanceTolerance } from './compare.ts';

/** The ways to count with the small model here: learners' pages begin with the first and move on to the second. */
export const engines = ['typed-arrays', 'simd', 'cpu', 'wasm', 'webgl', 'webgpu'] as const;
export type Engine = (typeof engines)[number];

export interface EngineResult {
  readonly engine: Engine;
  readonly learners: number;
  readonly rankings: number;
  readonly largestDifference: number;
  readonly otherOrders: number;
  /** Of one ranking, in milliseconds: what may come is measured anew, then all badges are scored and put in order. */
  readonly milliseconds: number;
  /** Before and after the what-ifs; null where no tensors are used. */
  readonly tensors: { readonly before: number; readonly after: number; readonly whatIfs: number } | null;
}

/** What one engine came to; `missing` where this device has none. */
export type Outcome =
  | { readonly kind: 'checked'; readonly result: EngineResult }
  | { readonly kind: 'missing'; readonly engine: Engine };

export type Progress =
  | { readonly step: 'learners'; readonly done: number; readonly of: number }
  | {
      readonly step: 'ranking' | 'what-ifs';
      readonly engine: Engine;
      readonly done: number;
      readonly of: number;
    };

export function passes({ largestDifference, otherOrders, tensors }: EngineResult): boolean {
  const keepsTensors = tensors === null || tensors.after === tensors.before;
  return largestDifference <= chanceTolerance && otherOrders === 0 && keepsTensors;
}
