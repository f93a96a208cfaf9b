export { chosenCodes, oneHotRows } from './choices.ts';
export { type GanModel, trainGan } from './gan.ts';
export type { Choices, GanOptions, GanReport } from './gan-options.ts';
export {
  between,
  type Decode,
  type Direction,
  drawPoints,
  type Inversion,
  invert,
  type InvertOptions,
  type LatentSpace,
  principalDirections,
} from './latent.ts';
export { type InventionQuality, inventionQuality, separation } from './quality.ts';
