import type { Activation } from './kernel.ts';

/** One layer of a network, as data. Layers stand in a chain; blocks with inner branches are one layer each. */
export type LayerSpec =
  | { readonly kind: 'dense'; readonly units: number; readonly activation: Activation }
  | { readonly kind: 'dropout'; readonly rate: number }
  | { readonly kind: 'layer-norm' }
  /** Input: one index a row. */
  | { readonly kind: 'embedding'; readonly entries: number; readonly units: number }
  /** A learned vector a step, added. */
  | { readonly kind: 'position'; readonly steps: number }
  | {
      readonly kind: 'lstm' | 'gru';
      readonly units: number;
      readonly direction: 'forward' | 'both';
      /** The state after each step, or after the last real one. */
      readonly returns: 'all' | 'last';
    }
  /** Post-norm encoder block: attention, add and norm, feed-forward with relu, add and norm. */
  | {
      readonly kind: 'attention-block';
      readonly heads: number;
      readonly hidden: number;
      readonly dropout: number;
    }
  /** The mean over the real steps. */
  | { readonly kind: 'mean-pool' }
  /** Images as rows of height × width × channels numbers, channels last. */
  | {
      readonly kind: 'convolution' | 'transposed-convolution';
      readonly height: number;
      readonly width: number;
      readonly channels: number;
      readonly filters: number;
      readonly size: number;
      readonly stride: number;
      readonly padding: number;
      readonly activation: Activation;
    };

/** A trained network: a readonly record that passes structuredClone and the codec. */
export interface NetworkModel {
  readonly kind: 'network';
  readonly version: 1;
  /** Numbers in one row of the input. */
  readonly inputWidth: number;
  /** Steps of a sequence; 1 for plain rows. */
  readonly steps: number;
  readonly layers: readonly LayerSpec[];
  /** All parameters, in the order of the layers and within a layer of its `parameters`, each row-major. */
  readonly weights: Float32Array;
}
