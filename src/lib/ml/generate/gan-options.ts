import type { NeuralKernel } from '../neural/kernel.ts';

/** What a network of the pair learns from: rows of choices, one code a block. */
export interface Choices {
  /** How many values each block has. */
  readonly blocks: readonly number[];
  /** Rows × blocks. */
  readonly codes: Uint8Array;
}

export interface GanOptions {
  /** Where the loops run; its memory holds the session. */
  readonly kernel: NeuralKernel;
  /** Numbers in a latent point. */
  readonly latent: number;
  /** Units of each of the two hidden layers, on both sides. */
  readonly hidden: number;
  readonly steps: number;
  /** Rows a step. */
  readonly batch: number;
  /** Of the generator; the discriminator's is the same. */
  readonly rate: number;
  /** Rows that the discriminator sees together, a divisor of `batch`: more show better that all are alike, and too well who is who. */
  readonly group: number;
  /** The share of what the discriminator learns to refuse that is real rows with some blocks drawn anew, 0 to 1. */
  readonly spoiled: number;
  readonly seed: number;
  onStep?(report: GanReport): void;
}

export interface GanReport {
  /** From 0. */
  readonly step: number;
  readonly discriminatorLoss: number;
  readonly generatorLoss: number;
}

/** @throws RangeError for blocks without a choice, rows cut short, or codes that name no value */
export function checkCodes({ blocks, codes }: Choices): void {
  if (blocks.length === 0) throw new RangeError('blocks: expected one or more, got none');
  for (const [index, size] of blocks.entries())
    if (!(Number.isInteger(size) && size >= 2 && size <= 255))
      throw new RangeError(`blocks[${index}]: expected 2 to 255, got ${size}`);
  if (codes.length === 0 || codes.length % blocks.length !== 0)
    throw new RangeError(`codes: expected rows of ${blocks.length}, got ${codes.length} numbers`);
  const wrong = codes.findIndex((code, at) => code >= blocks[at % blocks.length]);
  if (wrong >= 0)
    throw new RangeError(
      `codes[${wrong}]: expected below ${blocks[wrong % blocks.length]}, got ${codes[wrong]}`,
    );
}

export function checkGanOptions({ latent, hidden, steps, batch, group, rate, spoiled }: GanOptions): void {
  for (const [name, value] of Object.entries({ latent, hidden, steps }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`${name}: expected a whole number from 1, got ${value}`);
  if (!(Number.isInteger(batch) && batch >= 2))
    throw new RangeError(`batch: expected a whole number from 2, got ${batch}`);
  if (!(rate > 0)) throw new RangeError(`rate: expected above 0, got ${rate}`);
  if (!(Number.isInteger(group) && group >= 1 && batch % group === 0))
    throw new RangeError(`group: expected a divisor of ${batch}, got ${group}`);
  if (!(spoiled >= 0 && spoiled <= 1)) throw new RangeError(`spoiled: expected 0 to 1, got ${spoiled}`);
}
