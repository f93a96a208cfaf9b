export { Arena } from './arena.ts';
export {
  type Autoencoder,
  type AutoencoderOptions,
  checkAutoencoder,
  embed,
  encoderOf,
  fitAutoencoder,
  meanError,
  reconstructionError,
} from './autoencoder.ts';
export { checkNetwork } from './check-network.ts';
export type { Examples } from './examples.ts';
export { type Activation, activations, type Address, type NeuralKernel } from './kernel.ts';
export { type Graph, normalisedGraph, Propagation } from './layers/propagation.ts';
export { type LayersModel, layersModelFiles, sharesOf, toLayersModel } from './layers-model.ts';
export { type Head, type Loss, type LossName, lossNames, prepareLoss } from './losses.ts';
export type { LayerSpec, NetworkModel } from './model.ts';
export {
  arenaOf,
  buildNetwork,
  type Network,
  networkModel,
  type NetworkOptions,
  openNetwork,
} from './network.ts';
export { Optimizer, type OptimizerOptions } from './optimizer.ts';
export { plainKernel } from './plain-kernel.ts';
export type { NetworkSpec } from './plan.ts';
export { predictNetwork, predictWith } from './predict.ts';
export type { Schedule } from './schedule.ts';
export { fusedKernel, neuralKernel } from './neural-kernel.ts';
export { loadSimdKernel, simdKernel } from './simd-kernel.ts';
export {
  type EpochReport,
  networkLoss,
  type TrainingData,
  type TrainingOptions,
  type TrainingReport,
  trainNetwork,
} from './train.ts';
