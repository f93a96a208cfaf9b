import { crc32 } from '../core/crc32.ts';
import type { Bend } from './bend.ts';
import { activations } from '../neural/kernel.ts';
import { fromFloat16, toFloat16 } from '../core/float16.ts';
import {
  checkStudent,
  denseLayers,
  type DenseSpec,
  type InputScale,
  inputWidth,
  type Student,
  weightCount,
} from './student.ts';

/** How a weight is written: 2 bytes, or 1 byte between the least and the greatest of its array. */
export const weightFormats = ['float16', 'uint8'] as const;
export type WeightFormat = (typeof weightFormats)[number];

/** Thrown for bytes that are no student of ours, or no longer whole. */
export class StudentFileError extends Error {
  override readonly name = 'StudentFileError';
}

// Layout, little-endian: magic (8 bytes) · CRC-32 of all that follows (u32) · header length (u32) · header, JSON, padded
// with spaces to a multiple of 4 · mean and scale of each column (float32) · for each layer its weights, then its bias:
// as float16; or as uint8 after the array's least value and step (float32).
const magic = new TextEncoder().encode('MERITO\x02\n');
const checksumAt = 8;
const lengthAt = 12;
const headerAt = 16;
const steps = 255;
const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

interface Header {
  readonly catalogueVersion: number;
  readonly imitates: string;
  readonly shared: number;
  readonly bound: number;
  readonly columns: readonly string[];
  /** The places of columns that may be missing. */
  readonly missing: readonly number[];
  readonly layers: readonly DenseSpec[];
  readonly weights: WeightFormat;
  readonly bend: Bend;
}

/**
 * A student as bytes for the browser. Weights, means and scales are rounded: judge what `decodeStudent` brings back.
 * @throws TypeError for a student that cannot answer
 */
export function encodeStudent(student: Student, format: WeightFormat = 'float16'): Uint8Array {
  const { inputs, network } = checkStudent(student);
  const arrays = denseLayers(network).flatMap(({ weights, bias }) => [weights, bias]);
  const text = new TextEncoder().encode(JSON.stringify(headerOf(student, format)));
  const start = (headerAt + text.length + 3) & ~3;
  const bytes = new Uint8Array(start + bodySize(inputs.length, arrays.map(lengthOf), format));
  bytes.set(magic);
  bytes.fill(0x20, headerAt, start);
  bytes.set(text, headerAt);
  const view = new DataView(bytes.buffer);
  view.setUint32(lengthAt, start - headerAt, true);
  const writer = { view, at: start };
  for (const { mean, scale } of inputs) {
    writeFloat(writer, mean);
    writeFloat(writer, scale);
  }
  for (const array of arrays) (format === 'float16' ? writeHalves : writeBytes)(writer, array);
  view.setUint32(checksumAt, crc32(bytes.subarray(lengthAt)), true);
  return bytes;
}

function headerOf(
  { catalogueVersion, imitates, shared, bound, inputs, network, bend }: Student,
  weights: WeightFormat,
): Header {
  return {
    catalogueVersion,
    imitates,
    shared,
    bound,
    columns: inputs.map(({ column }) => column),
    missing: inputs.flatMap(({ hasMissing }, i) => (hasMissing ? [i] : [])),
    layers: network.layers as readonly DenseSpec[],
    weights,
    bend,
  };
}

function lengthOf(array: Float32Array): number {
  return array.length;
}

function bodySize(columns: number, lengths: readonly number[], format: WeightFormat): number {
  return lengths.reduce(
    (size, length) => size + (format === 'float16' ? 2 * length : 8 + length),
    8 * columns,
  );
}

interface Cursor {
  readonly view: DataView;
  at: number;
}

function writeFloat(cursor: Cursor, value: number): void {
  cursor.view.setFloat32(cursor.at, value, true);
  cursor.at += 4;
}

function readFloat(cursor: Cursor): number {
  const value = cursor.view.getFloat32(cursor.at, true);
  cursor.at += 4;
  return value;
}

function writeHalves(cursor: Cursor, array: Float32Array): void {
  for (const value of array) {
    cursor.view.setUint16(cursor.at, toFloat16(value), true);
    cursor.at += 2;
  }
}

function readHalves(cursor: Cursor, array: Float32Array): void {
  const { view, at } = cursor;
  cursor.at += 2 * array.length;
  // Where the engine knows halves it reads them at once: a page's first answer waits for this.
  if (isLittleEndian && 'Float16Array' in globalThis) {
    const start = view.byteOffset + at;
    array.set(new Float16Array(view.buffer.slice(start, start + 2 * array.length)));
    return;
  }
  for (let i = 0; i < array.length; i++) array[i] = fromFloat16(view.getUint16(at + 2 * i, true));
}

function writeBytes(cursor: Cursor, array: Float32Array): void {
  const least = array.reduce((low, value) => Math.min(low, value), Infinity);
  const most = array.reduce((high, value) => Math.max(high, value), -Infinity);
  const step = Math.fround((most - least) / steps);
  writeFloat(cursor, least);
  writeFloat(cursor, step);
  for (const value of array) {
    const place = step > 0 ? Math.round((value - least) / step) : 0;
    cursor.view.setUint8(cursor.at++, Math.min(steps, place));
  }
}

function readBytes(cursor: Cursor, array: Float32Array): void {
  const least = readFloat(cursor);
  const step = readFloat(cursor);
  for (let i = 0; i < array.length; i++) array[i] = least + step * cursor.view.getUint8(cursor.at++);
}

/**
 * The student that `encodeStudent` wrote.
 * @throws StudentFileError for foreign, cut or changed bytes, and for a student that cannot answer
 */
export function decodeStudent(bytes: Uint8Array): Student {
  if (bytes.length < headerAt || magic.some((byte, i) => bytes[i] !== byte))
    throw new StudentFileError('student: expected a file written by Merito, got foreign bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [expected, found] = [view.getUint32(checksumAt, true), crc32(bytes.subarray(lengthAt))];
  if (expected !== found)
    throw new StudentFileError(
      `student: expected checksum ${expected.toString(16)}, got ${found.toString(16)}: the file is cut or changed`,
    );
  const start = headerAt + view.getUint32(lengthAt, true);
  const header = readHeader(bytes.subarray(headerAt, start));
  const missing = new Set(header.missing);
  const width = header.columns.length + missing.size;
  const lengths = arrayLengths(width, header.layers);
  const size = start + bodySize(header.columns.length, lengths, header.weights);
  if (bytes.length !== size)
    throw new StudentFileError(`student: expected ${size} bytes, got ${bytes.length}`);
  return readBody({ view, at: start }, header, missing);
}

function arrayLengths(width: number, layers: readonly DenseSpec[]): number[] {
  return layers.flatMap(({ units }, i) => [(layers[i - 1]?.units ?? width) * units, units]);
}

function readBody(cursor: Cursor, header: Header, missing: ReadonlySet<number>): Student {
  const { columns, layers, weights: format, catalogueVersion, imitates, shared, bound, bend } = header;
  const inputs = columns.map((column, i): InputScale => {
    const mean = readFloat(cursor);
    return { column, mean, scale: readFloat(cursor), hasMissing: missing.has(i) };
  });
  const width = inputWidth(inputs);
  const weights = new Float32Array(weightCount(width, layers));
  let at = 0;
  for (const length of arrayLengths(width, layers)) {
    const array = weights.subarray(at, at + length);
    (format === 'float16' ? readHalves : readBytes)(cursor, array);
    at += length;
  }
  const student: Student = {
    kind: 'student',
    version: 1,
    catalogueVersion,
    imitates,
    inputs,
    shared,
    bound,
    network: { kind: 'network', version: 1, inputWidth: width, steps: 1, layers, weights },
    bend,
  };
  return inWords(() => checkStudent(student));
}

function readHeader(bytes: Uint8Array): Header {
  const header = inWords(() => JSON.parse(new TextDecoder().decode(bytes)) as Partial<Header> | null);
  const { columns, missing, layers, weights, catalogueVersion, imitates, shared, bound, bend } = header ?? {};
  expect(
    isList(columns, (name) => typeof name === 'string') && columns.length > 0,
    'columns',
    'a list of names',
  );
  const isColumn = (place: unknown) => isWhole(place) && place < columns.length;
  expect(isList(missing, isColumn), 'missing', 'a list of columns');
  expect(isList(layers, isDense) && layers.length > 0, 'layers', 'a list of dense layers');
  expect(
    weightFormats.some((name) => name === weights),
    'weights',
    `one of ${weightFormats.join(', ')}`,
  );
  expect(isWhole(catalogueVersion), 'catalogueVersion', 'a whole number');
  expect(typeof imitates === 'string', 'imitates', 'a version');
  expect(typeof shared === 'number' && typeof bound === 'number', 'shared and bound', 'numbers');
  const isPoint = (value: unknown) => typeof value === 'number';
  expect(isList(bend?.at, isPoint) && isList(bend.to, isPoint), 'bend', 'two lists of numbers');
  return { columns, missing, layers, weights, catalogueVersion, imitates, shared, bound, bend } as Header;
}

function expect(holds: boolean, name: string, what: string): asserts holds {
  if (!holds) throw new StudentFileError(`student.${name}: expected ${what}`);
}

function isList<T>(
  value: readonly T[] | undefined,
  isItem: (item: unknown) => boolean,
): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

const mostUnits = 4096;

function isDense(layer: unknown): boolean {
  const { kind, units, activation } = (layer ?? {}) as Partial<DenseSpec>;
  const isKnown = activations.some((name) => name === activation);
  return kind === 'dense' && isKnown && isWhole(units) && units >= 1 && units <= mostUnits;
}

/** What is wrong with the content is wrong with the file. */
function inWords<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StudentFileError(`student: ${reason}`, { cause: error });
  }
}
