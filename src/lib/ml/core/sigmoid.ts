/** From a margin (log odds) to a chance. */
export function sigmoid(margin: number): number {
  return 1 / (1 + Math.exp(-margin));
}
