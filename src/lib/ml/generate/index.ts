export { chosenCodes, oneHotRows } from './choices.ts';
export { type Choices, type GanModel, type GanOptions, type GanReport, trainGan } from './gan.ts';
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
