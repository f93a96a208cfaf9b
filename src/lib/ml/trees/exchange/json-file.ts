import { checkLengthOfFile } from './limits.ts';
import { ModelFileError } from './model-file-error.ts';

/** A value inside a file, with the path that leads to it. */
export interface Found {
  readonly place: string;
  readonly value: unknown;
}

// JSON has no word for these, and XGBoost writes them bare.
const bareWords = /-?\b(?:NaN|Infinity)\b/g;
// CatBoost's hashes have 64 bits; a number of JavaScript keeps 53.
const longIntegers = /(?<![\d.eE+-])\d{16,}(?![\d.eE])/g;

/** JSON in which bare `NaN`, `Infinity` and integers of 16 digits and more are read as strings. @throws ModelFileError */
export function parseModelJson(text: string): Found {
  checkLengthOfFile(text);
  try {
    return { place: '', value: JSON.parse(quoteOutsideStrings(text)) as unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ModelFileError('file', `expected JSON: ${error.message}`);
  }
}

/** One pass from quote to quote: a single expression over both would take quadratic time on a hostile file. */
function quoteOutsideStrings(text: string): string {
  let quoted = '';
  let position = 0;
  while (position < text.length) {
    const open = text.indexOf('"', position);
    const between = text.slice(position, open < 0 ? text.length : open);
    quoted += between.replace(bareWords, '"$&"').replace(longIntegers, '"$&"');
    if (open < 0) break;
    position = endOfString(text, open);
    quoted += text.slice(open, position);
  }
  return quoted;
}

function endOfString(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

/** A field of a record. @throws ModelFileError when there is none */
export function field(found: Found, name: string): Found {
  const value = optionalField(found, name);
  if (!value) throw new ModelFileError(pathTo(found.place, name), 'expected a value, got none');
  return value;
}

/** Only the file's own fields count: `constructor` and its like are not there unless written. */
export function optionalField(found: Found, name: string): Found | null {
  const { value } = found;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ModelFileError(found.place || 'file', `expected a record, got ${inWords(value)}`);
  if (!Object.hasOwn(value, name)) return null;
  return { place: pathTo(found.place, name), value: (value as Readonly<Record<string, unknown>>)[name] };
}

function pathTo(place: string, name: string): string {
  return place ? `${place}.${name}` : name;
}

/** The items of a list, each with its place. */
export function listOf(found: Found, most: number): Found[] {
  return arrayOf(found, most).map((value, i) => itemOf(found, i, value));
}

/** How many items a list has. */
export function lengthOf(found: Found, most: number): number {
  return arrayOf(found, most).length;
}

function arrayOf({ place, value }: Found, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new ModelFileError(place, `expected a list, got ${inWords(value)}`);
  if (value.length > most)
    throw new ModelFileError(place, `expected at most ${most} items, got ${value.length}`);
  return value;
}

export function textOf({ place, value }: Found): string {
  if (typeof value === 'string') return value;
  throw new ModelFileError(place, `expected text, got ${inWords(value)}`);
}

/** A whole number, written as a number or, as XGBoost likes, as text. */
export function countOf({ place, value }: Found, low: number, high: number): number {
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof count === 'number' && Number.isInteger(count) && count >= low && count <= high) return count;
  throw new ModelFileError(place, `expected a whole number from ${low} to ${high}, got ${inWords(value)}`);
}

/** A number; NaN and infinities too, as text. */
export function numberOf({ place, value }: Found): number {
  const number = asNumber(value);
  if (number === undefined) throw new ModelFileError(place, `expected a number, got ${inWords(value)}`);
  return number;
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? bareNumbers.get(value) : undefined;
}

const bareNumbers = new Map([
  ['NaN', NaN],
  ['-NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** A list of numbers. @param length how many there must be */
export function numbersOf(found: Found, length: number): Float64Array {
  // Files hold millions of these: a place is spelt out only for what is wrong or rare.
  return Float64Array.from(arrayOfLength(found, length), (value, i) =>
    typeof value === 'number' ? value : numberOf(itemOf(found, i, value)),
  );
}

/** A list of whole numbers; true and false count as 1 and 0, as older versions write them. */
export function integersOf(found: Found, length: number, low: number, high: number): Int32Array {
  return Int32Array.from(arrayOfLength(found, length), (value, i) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value;
    return countOf(itemOf(found, i, typeof value === 'boolean' ? Number(value) : value), low, high);
  });
}

function itemOf({ place }: Found, i: number, value: unknown): Found {
  return { place: `${place}[${i}]`, value };
}

function arrayOfLength(found: Found, length: number): readonly unknown[] {
  const array = arrayOf(found, Infinity);
  if (array.length !== length)
    throw new ModelFileError(found.place, `expected ${length} items, got ${array.length}`);
  return array;
}

/** A value for a message: short, whatever the file holds. */
export function inWords(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a record';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
