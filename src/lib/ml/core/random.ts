/** A stream of numbers in [0, 1). Same seed, same stream. */
export type Random = () => number;

/**
 * sfc32 seeded through splitmix32: passes PractRand, period about 2^128.
 * @see Chris Doty-Humphrey, PractRand, "sfc32"
 */
export function seededRandom(seed: number): Random {
  if (!Number.isInteger(seed)) throw new RangeError(`seed: expected an integer, got ${seed}`);
  let [a, b, c, counter] = [splitMix(seed, 1), splitMix(seed, 2), splitMix(seed, 3), 1];
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  return next;
}

function splitMix(seed: number, step: number): number {
  let z = (seed + Math.imul(step, 0x9e3779b9)) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) | 0;
}

/** A standard normal draw (Box-Muller, one of the pair). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Standard normal draws for a whole array, two from each pair of numbers. @see Box and Muller (1958) */
export function fillNormal(values: Float32Array | Float64Array, random: Random): void {
  for (let i = 0; i < values.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < values.length) values[i + 1] = radius * Math.sin(angle);
  }
}

/** A Poisson draw; exact product method below mean 30, rounded normal above. */
export function poisson(random: Random, mean: number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  while (product > limit) {
    product *= random();
    count++;
  }
  return count;
}

/** Brings an array into an order drawn by chance, where it stands. @see Fisher and Yates; Durstenfeld 1964 */
export function shuffle<T>(order: { [place: number]: T; readonly length: number }, random: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const other = integerBelow(random, i + 1);
    [order[i], order[other]] = [order[other], order[i]];
  }
}

/** An integer in [0, below). */
export function integerBelow(random: Random, below: number): number {
  return Math.floor(random() * below);
}
