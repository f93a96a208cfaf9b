import type { DerivedColumn } from '../target-statistics.ts';
import { categoryHash, combineHash } from './category-hash.ts';
import {
  countOf,
  field,
  type Found,
  inWords,
  lengthOf,
  listOf,
  numberOf,
  optionalField,
  textOf,
} from './json-file.ts';
import { limits } from './limits.ts';
import { ModelFileError } from './model-file-error.ts';

// CatBoost stores hashes, not categories. Ours are codes, whole numbers from 0, so every code a column can hold is hashed
// and looked up; a hash that no code answers to would be a category we cannot name, and the file is refused.

/** Combinations tried for one table at most. */
const mostCombinations = 2 ** 20;
/** CatBoost's own limit. */
const mostBorders = 255;

/** The codes of categorical columns by hash. */
export type CodesByHash = ReadonlyMap<number, number>;

export function codesByHash(codes: number): CodesByHash {
  return new Map(Array.from({ length: codes }, (_, code) => [categoryHash(String(code)), code] as const));
}

/** One column derived from categories, and where the trees cut it. */
export interface CtrColumn {
  readonly derived: DerivedColumn;
  readonly place: string;
  readonly borders: readonly number[];
}

/**
 * Reads `features_info.ctrs` with the tables of `ctr_data`.
 * @param columnOf input column of each categorical feature
 */
export function readCtrs(
  file: Found,
  ctrs: readonly Found[],
  columnOf: readonly number[],
  known: CodesByHash,
): CtrColumn[] {
  const tables = optionalField(file, 'ctr_data');
  const namesBySources: NamesBySources = new Map();
  return ctrs.map((ctr) => {
    const sources = listOf(field(ctr, 'elements'), limits.columns).map((element) =>
      sourceOf(element, columnOf),
    );
    if (sources.length === 0)
      throw new ModelFileError(`${ctr.place}.elements`, 'expected a feature, got none');
    if (!tables) throw new ModelFileError('ctr_data', 'expected a value, got none');
    const table = field(tables, textOf(field(ctr, 'identifier')));
    const prior = numberOf(field(ctr, 'prior_numerator'));
    countOf(field(ctr, 'prior_denomerator'), 1, 1);
    const [shift, scale] = ['shift', 'scale'].map((name) => numberOf(field(ctr, name)));
    const counts = readTable(table, ctr, sources.length, known, namesBySources);
    return {
      derived: { sources, prior, shift, scale, ...counts },
      place: ctr.place,
      borders: listOf(field(ctr, 'borders'), mostBorders).map(numberOf),
    };
  });
}

function sourceOf(element: Found, columnOf: readonly number[]): number {
  const kind = field(element, 'combination_element');
  if (kind.value !== 'cat_feature_value')
    throw new ModelFileError(kind.place, `expected cat_feature_value, got ${inWords(kind.value)}`);
  return columnOf[countOf(field(element, 'cat_feature_index'), 0, columnOf.length - 1)];
}

type Counts = Pick<DerivedColumn, 'keys' | 'good' | 'seen'>;

/** Rows of `hash_map`: a key, then counts by class. Empty places of the table carry the key 2⁶⁴ − 1. */
function readTable(
  table: Found,
  ctr: Found,
  sources: number,
  known: CodesByHash,
  namesBySources: NamesBySources,
): Counts {
  const map = field(table, 'hash_map');
  const stride = countOf(field(table, 'hash_stride'), 2, limits.outputs);
  const length = lengthOf(map, limits.nodes);
  if (length % stride !== 0)
    throw new ModelFileError(map.place, `expected rows of ${stride} values, got ${length} values`);
  const items = listOf(map, limits.nodes);
  const goodIn = goodOf(ctr, stride - 1);
  const names = namesBySources.get(sources) ?? keyNames(sources, known, map.place);
  namesBySources.set(sources, names);
  const keys: string[] = [];
  const good: number[] = [];
  const seen: number[] = [];
  for (let row = 0; row < length; row += stride) {
    const hash = keyOf(items[row]);
    if (hash === emptyPlace) continue;
    const name = names.get(hash);
    if (name === undefined)
      throw new ModelFileError(
        items[row].place,
        `expected the hash of a category from 0 to ${known.size - 1}, got ${hash}`,
      );
    const counts = items.slice(row + 1, row + stride).map(checkedCount);
    keys.push(name);
    good.push(goodIn(counts));
    seen.push(sum(counts));
  }
  return { keys, good: Float64Array.from(good), seen: Float64Array.from(seen) };
}

const emptyPlace = 2n ** 64n - 1n;

function keyOf({ place, value }: Found): bigint {
  const text = String(value);
  if (/^\d{1,20}$/.test(text)) return BigInt(text);
  throw new ModelFileError(place, `expected a hash, got ${inWords(value)}`);
}

function checkedCount(item: Found): number {
  const count = numberOf(item);
  if (count >= 0 && count < Infinity) return count;
  throw new ModelFileError(item.place, `expected a count, got ${count}`);
}

const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);

/** How many of a row's learners count as good, by the kind of statistic. */
function goodOf(ctr: Found, classes: number): (counts: readonly number[]) => number {
  const type = field(ctr, 'ctr_type');
  const border = countOf(field(ctr, 'target_border_idx'), 0, classes - 1);
  if (type.value === 'Borders') return (counts) => sum(counts.slice(border + 1));
  if (type.value === 'Buckets') return (counts) => counts[border];
  throw new ModelFileError(
    type.place,
    `expected Borders or Buckets, got ${inWords(type.value)} (train with simple_ctr and combinations_ctr of these)`,
  );
}

/** Codes joined by a space, by the key of their combination. */
type KeyNames = ReadonlyMap<bigint, string>;
/** One for each number of columns read together: hashing them all is what takes time. */
type NamesBySources = Map<number, KeyNames>;

function keyNames(sources: number, known: CodesByHash, place: string): KeyNames {
  if (known.size ** sources > mostCombinations)
    throw new ModelFileError(
      place,
      `expected at most ${mostCombinations} combinations, got ${known.size} codes in ${sources} columns (set codes lower)`,
    );
  let names = new Map<bigint, string>([[0n, '']]);
  for (let k = 0; k < sources; k++) {
    const longer = new Map<bigint, string>();
    for (const [key, name] of names) {
      for (const [hash, code] of known)
        longer.set(combineHash(key, hash), name === '' ? `${code}` : `${name} ${code}`);
    }
    names = longer;
  }
  return names;
}

/**
 * The threshold of a border. CatBoost computes statistics in float32 and we in float64; the values are those of the table,
 * so a threshold between the ones that CatBoost sends left and right decides alike.
 */
export function ctrThreshold({ derived, place }: CtrColumn, border: number): number {
  const { good, seen, prior, shift, scale } = derived;
  let highestLeft = -Infinity;
  let lowestRight = Infinity;
  const consider = (goodCount: number, seenCount: number) => {
    const value = scale * ((goodCount + prior) / (seenCount + 1) + shift);
    if (singleStatistic(derived, goodCount, seenCount) > Math.fround(border))
      lowestRight = Math.min(lowestRight, value);
    else highestLeft = Math.max(highestLeft, value);
  };
  consider(0, 0);
  good.forEach((count, i) => consider(count, seen[i]));
  if (highestLeft < lowestRight) return lowestRight;
  throw new ModelFileError(
    place,
    `expected values apart at border ${border}, got ${lowestRight} on both sides`,
  );
}

function singleStatistic({ prior, shift, scale }: DerivedColumn, good: number, seen: number): number {
  const [p, s, f] = [prior, shift, scale].map(Math.fround);
  const share = Math.fround(Math.fround(Math.fround(good) + p) / Math.fround(Math.fround(seen) + 1));
  return Math.fround(Math.fround(share + s) * f);
}
