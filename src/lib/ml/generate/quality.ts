import { auc } from '../evaluate/ranking.ts';
import type { Choices } from './gan-options.ts';

/** How good invented rows are beside the rows they were learned from. */
export interface InventionQuality {
  readonly rows: number;
  /** Blocks in which two of them differ, on average over all pairs. */
  readonly meanDistance: number;
  /** Share of rows that are the only one of their kind. */
  readonly distinct: number;
  /** Share that is not among the known rows. */
  readonly novel: number;
  /** Blocks in which one differs from the nearest known row, on average. */
  readonly nearestKnown: number;
  /** Share of all values of all blocks that occur. */
  readonly valueCoverage: number;
  /** Of the pairs of values of two blocks that occur among as many known rows, the share that occurs here too. */
  readonly pairCoverage: number;
  /** Half the sum of differences between shares of values, averaged over the blocks: 0 when they are alike, 1 at most. */
  readonly shareDifference: number;
}

/** @throws RangeError for choices with other blocks, or none */
export function inventionQuality(invented: Choices, known: Choices): InventionQuality {
  const { blocks } = invented;
  if (blocks.join() !== known.blocks.join())
    throw new RangeError(`blocks: expected ${known.blocks.join()}, got ${blocks.join()}`);
  const rows = rowsOf(invented);
  const knownRows = rowsOf(known);
  if (rows.length < 2) throw new RangeError(`rows: expected 2 or more, got ${rows.length}`);
  const knownKeys = new Set(knownRows.map(keyOf));
  const distinctKnown = distinctRows(knownRows);
  return {
    rows: rows.length,
    meanDistance: meanDistance(rows),
    distinct: new Set(rows.map(keyOf)).size / rows.length,
    novel: rows.filter((row) => !knownKeys.has(keyOf(row))).length / rows.length,
    nearestKnown: mean(rows.map((row) => Math.min(...distinctKnown.map((one) => distance(row, one))))),
    valueCoverage: new Set(rows.flatMap(valueKeys)).size / blocks.reduce((sum, size) => sum + size, 0),
    pairCoverage: pairCoverage(rows, spread(knownRows, rows.length)),
    shareDifference: shareDifference(rows, knownRows, blocks),
  };
}

/** The chance that the first scores exceed the second: 1 tells them apart wholly, .5 not at all. */
export function separation(higher: Float32Array, lower: Float32Array): number {
  const labels = Uint8Array.from({ length: higher.length + lower.length }, (_, i) =>
    Number(i < higher.length),
  );
  return auc(Float64Array.from([...higher, ...lower]), labels);
}

function rowsOf({ blocks, codes }: Choices): readonly Uint8Array[] {
  return Array.from({ length: codes.length / blocks.length }, (_, i) =>
    codes.subarray(i * blocks.length, (i + 1) * blocks.length),
  );
}

function keyOf(row: Uint8Array): string {
  return row.join();
}

function distinctRows(rows: readonly Uint8Array[]): readonly Uint8Array[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}

/** As many rows, evenly spread over all of them. */
function spread(rows: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  return Array.from(
    { length: Math.min(count, rows.length) },
    (_, i) => rows[Math.floor((i * rows.length) / count)],
  );
}

function distance(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, code, i) => sum + Number(code !== b[i]), 0);
}

function meanDistance(rows: readonly Uint8Array[]): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) for (let j = 0; j < i; j++) sum += distance(rows[i], rows[j]);
  return sum / ((rows.length * (rows.length - 1)) / 2);
}

function valueKeys(row: Uint8Array): readonly string[] {
  return Array.from(row, (code, block) => `${block}:${code}`);
}

function pairKeys(row: Uint8Array): readonly string[] {
  const keys = valueKeys(row);
  return keys.flatMap((key, i) => keys.slice(0, i).map((other) => `${other} ${key}`));
}

function pairCoverage(rows: readonly Uint8Array[], known: readonly Uint8Array[]): number {
  const here = new Set(rows.flatMap(pairKeys));
  const there = [...new Set(known.flatMap(pairKeys))];
  return there.filter((pair) => here.has(pair)).length / there.length;
}

function shareDifference(
  rows: readonly Uint8Array[],
  known: readonly Uint8Array[],
  blocks: readonly number[],
): number {
  const share = (of: readonly Uint8Array[], block: number, code: number) =>
    of.filter((row) => row[block] === code).length / of.length;
  const differences = blocks.map((size, block) => {
    const codes = Array.from({ length: size }, (_, code) => code);
    return (
      codes.reduce((sum, code) => sum + Math.abs(share(rows, block, code) - share(known, block, code)), 0) / 2
    );
  });
  return mean(differences);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
