import { inWords } from './json-file.ts';
import { ModelFileError } from './model-file-error.ts';

/** Lines `name=value`, with the path that leads to them. */
export interface Section {
  /** `Tree=3`; empty for the head of the file. */
  readonly place: string;
  readonly values: ReadonlyMap<string, string>;
}

export function readSection(place: string, lines: readonly string[]): Section {
  const values = new Map<string, string>();
  for (const line of lines) {
    const equals = line.indexOf('=');
    if (equals > 0) values.set(line.slice(0, equals), line.slice(equals + 1).trim());
  }
  return { place, values };
}

export function placeOf({ place }: Section, name: string): string {
  return place ? `${place} ${name}` : name;
}

/** @throws ModelFileError when there is no such line */
export function wordsOf(section: Section, name: string): string[] {
  const value = section.values.get(name);
  if (value === undefined) throw new ModelFileError(placeOf(section, name), 'expected a value, got none');
  return value === '' ? [] : value.split(' ');
}

export function wordOf(section: Section, name: string): string {
  return wordsOf(section, name).join(' ');
}

/** The numbers of a line. @param length how many there must be */
export function numbersIn(section: Section, name: string, length: number): Float64Array {
  const words = wordsOf(section, name);
  if (words.length !== length)
    throw new ModelFileError(placeOf(section, name), `expected ${length} numbers, got ${words.length}`);
  return Float64Array.from(words, (word, i) => {
    const number = numberFrom(word);
    if (!Number.isNaN(number)) return number;
    throw new ModelFileError(`${placeOf(section, name)}[${i}]`, `expected a number, got ${inWords(word)}`);
  });
}

/** NaN for what is none; `Number` alone reads an empty word as 0. */
function numberFrom(word: string): number {
  if (word === 'inf') return Infinity;
  if (word === '-inf') return -Infinity;
  return /^[-+.\d]/.test(word) ? Number(word) : NaN;
}

/** Whole numbers from `low` to `high`. */
export function integersIn(
  section: Section,
  name: string,
  length: number,
  low: number,
  high: number,
): Float64Array {
  const numbers = numbersIn(section, name, length);
  numbers.forEach((number, i) => {
    if (!(Number.isInteger(number) && number >= low && number <= high))
      throw new ModelFileError(
        `${placeOf(section, name)}[${i}]`,
        `expected a whole number from ${low} to ${high}, got ${number}`,
      );
  });
  return numbers;
}

export function integerIn(section: Section, name: string, low: number, high: number): number {
  return integersIn(section, name, 1, low, high)[0];
}
