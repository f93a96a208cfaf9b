export interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

const quadratures = new Map<number, Quadrature>();

/** Gauss-Legendre on [0, 1]: exact for polynomials up to degree 2·count − 1. */
export function gaussLegendre(count: number): Quadrature {
  const known = quadratures.get(count);
  if (known) return known;
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const { root, slope } = legendreRoot(count, Math.cos((Math.PI * (i + 0.75)) / (count + 0.5)));
    points[i] = (1 + root) / 2;
    weights[i] = 1 / ((1 - root * root) * slope * slope);
  }
  const made = { points, weights };
  quadratures.set(count, made);
  return made;
}

/** Newton's method on the Legendre polynomial of degree `count`, by its three-term recurrence. */
function legendreRoot(count: number, guess: number): { root: number; slope: number } {
  let root = guess;
  let slope = 1;
  for (let step = 0; step < 100; step++) {
    let [before, value] = [1, root];
    for (let n = 2; n <= count; n++)
      [before, value] = [value, ((2 * n - 1) * root * value - (n - 1) * before) / n];
    slope = (count * (root * value - before)) / (root * root - 1);
    const move = value / slope;
    root -= move;
    if (Math.abs(move) < 1e-16) break;
  }
  return { root, slope };
}
