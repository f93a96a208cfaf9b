import { crc32 } from './crc32.ts';

/** What a model is made of: plain data and typed arrays, nested as deep as one likes. */
export type Encodable =
  | number
  | string
  | boolean
  | null
  | TypedArray
  | readonly Encodable[]
  | { readonly [name: string]: Encodable };

type TypedArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

const arrayTypes = { Float64Array, Float32Array, Int32Array, Uint32Array, Uint16Array, Uint8Array } as const;
type ArrayName = keyof typeof arrayTypes;

/** Thrown for bytes that are no model of ours, or no longer whole. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
}

// Layout, little-endian: magic (8 bytes) · CRC-32 of all that follows (u32) · header length (u32) · header, JSON,
// padded with spaces to a multiple of 8 · the arrays one after another, each at a multiple of 8.
const magic = new TextEncoder().encode('MERITO\x01\n');
const checksumAt = 8;
const lengthAt = 12;
const headerAt = 16;
// JSON has no word for these numbers, and a model may hold them (an open threshold, a missing default).
const unwritable = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
]);

const reference = '$array';
const special = '$number';

/** The model as bytes. Same model, same bytes. @throws TypeError that names the path of a value no model may hold */
export function encodeModel(model: Encodable): Uint8Array {
  const arrays: TypedArray[] = [];
  const text = JSON.stringify(toJson(model, 'model', arrays));
  const header = new TextEncoder().encode(text);
  const start = padded(headerAt + header.length);
  const size = arrays.reduce((end, array) => padded(end + array.byteLength), start);
  const bytes = new Uint8Array(size);
  bytes.set(magic);
  bytes.fill(0x20, headerAt, start);
  bytes.set(header, headerAt);
  let offset = start;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset = padded(offset + array.byteLength);
  }
  const view = new DataView(bytes.buffer);
  view.setUint32(lengthAt, start - headerAt, true);
  view.setUint32(checksumAt, crc32(bytes.subarray(lengthAt)), true);
  return bytes;
}

function padded(length: number): number {
  return (length + 7) & ~7;
}

function toJson(value: Encodable, path: string, arrays: TypedArray[]): unknown {
  if (typeof value === 'number') {
    if (Number.isFinite(value) && !Object.is(value, -0)) return value;
    return { [special]: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (ArrayBuffer.isView(value))
    return { [reference]: arrayName(value, path), length: storeArray(value, arrays) };
  if (Array.isArray(value)) return value.map((item: Encodable, i) => toJson(item, `${path}[${i}]`, arrays));
  if (typeof value !== 'object' || ![Object.prototype, null].includes(Object.getPrototypeOf(value)))
    throw new TypeError(`${path}: expected plain data or a typed array, got ${typeof value}`);
  const entries = Object.entries(value as Readonly<Record<string, Encodable | undefined>>)
    .filter((entry): entry is [string, Encodable] => entry[1] !== undefined)
    .map(([name, item]) => {
      if (name.startsWith('$')) throw new TypeError(`${path}.${name}: expected a name without a leading $`);
      return [name, toJson(item, `${path}.${name}`, arrays)] as const;
    });
  return Object.fromEntries(entries);
}

function arrayName(array: TypedArray, path: string): ArrayName {
  const name = array.constructor.name;
  if (!(name in arrayTypes))
    throw new TypeError(`${path}: expected one of ${Object.keys(arrayTypes).join(', ')}, got ${name}`);
  return name as ArrayName;
}

function storeArray(array: TypedArray, arrays: TypedArray[]): number {
  arrays.push(array);
  return array.length;
}

/**
 * The model that `encodeModel` wrote. Its shape is the caller's to check.
 * @throws CodecError for foreign, cut or changed bytes
 */
export function decodeModel(bytes: Uint8Array): Encodable {
  if (bytes.length < headerAt || magic.some((byte, i) => bytes[i] !== byte))
    throw new CodecError('model: expected a file written by Merito, got foreign bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [expected, found] = [view.getUint32(checksumAt, true), crc32(bytes.subarray(lengthAt))];
  if (expected !== found)
    throw new CodecError(
      `model: expected checksum ${expected.toString(16)}, got ${found.toString(16)}: the file is cut or changed`,
    );
  const start = headerAt + view.getUint32(lengthAt, true);
  const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(headerAt, start)));
  const reader = { bytes, offset: start };
  const model = fromJson(header, reader);
  if (reader.offset !== bytes.length)
    throw new CodecError(`model: expected ${reader.offset} bytes, got ${bytes.length}`);
  return model;
}

interface ArrayReader {
  readonly bytes: Uint8Array;
  offset: number;
}

function fromJson(json: unknown, reader: ArrayReader): Encodable {
  if (Array.isArray(json)) return json.map((item) => fromJson(item, reader));
  if (typeof json !== 'object' || json === null) return json as Encodable;
  if (special in json) return specialNumber(json[special]);
  if (reference in json) return readArray(json as { [reference]: unknown; length?: unknown }, reader);
  return Object.fromEntries(Object.entries(json).map(([name, item]) => [name, fromJson(item, reader)]));
}

function specialNumber(name: unknown): number {
  const value = unwritable.get(String(name));
  if (value === undefined)
    throw new CodecError(`model: expected NaN or Infinity, got ${JSON.stringify(name)}`);
  return value;
}

function readArray(json: { [reference]: unknown; length?: unknown }, reader: ArrayReader): TypedArray {
  const Type = Object.entries(arrayTypes).find(([name]) => name === json[reference])?.[1];
  const { length } = json;
  if (!Type || !(typeof length === 'number' && Number.isInteger(length) && length >= 0))
    throw new CodecError(`model: expected an array with its length, got ${JSON.stringify(json)}`);
  const size = length * Type.BYTES_PER_ELEMENT;
  if (reader.offset + size > reader.bytes.length)
    throw new CodecError(`model: expected ${reader.offset + size} bytes, got ${reader.bytes.length}`);
  // Copied: the file's bytes may start at any address, and numbers need an even one. Not by `slice`: Node's Buffer,
  // which is a Uint8Array too, answers it with a view of the same memory.
  const copy = new Uint8Array(reader.bytes.subarray(reader.offset, reader.offset + size));
  reader.offset = padded(reader.offset + size);
  return new Type(copy.buffer);
}
