import type { Choices, GanOptions } from './gan.ts';

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
