import type { Matrix } from '../../core/matrix.ts';
import type { Random } from '../../core/random.ts';
import { binMatrix, missingBin } from '../bins.ts';

/** The code of a missing value; values have codes 0 to 254. */
export const missingCode = 255;

/** A matrix by columns, for the best cut between intervals: row r of column c has code `codes[c * rows + r]`. */
export interface CodedColumns {
  readonly kind: 'coded';
  readonly rows: number;
  readonly columns: number;
  readonly codes: Uint8Array;
  /** Columns × 256: the least and the most value of each code. */
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/** A matrix by columns as it is, for random cuts. */
export interface ValueColumns {
  readonly kind: 'values';
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

export type ForestColumns = CodedColumns | ValueColumns;

/** @param maxBins 2 to 255 intervals a column; a column with fewer distinct values gets one each */
export function codeColumns(x: Matrix, maxBins: number): CodedColumns {
  const binned = binMatrix(x, maxBins);
  const { rows, columns } = x;
  const codes = new Uint8Array(rows * columns);
  const least = new Float64Array(columns * 256).fill(Infinity);
  const most = new Float64Array(columns * 256).fill(-Infinity);
  for (let column = 0; column < columns; column++) {
    const missing = missingBin(binned, column);
    for (let row = 0; row < rows; row++) {
      const bin = binned.bins[row * columns + column];
      const code = bin === missing ? missingCode : bin;
      codes[column * rows + row] = code;
      const value = x.values[row * columns + column];
      const at = column * 256 + code;
      if (value < least[at]) least[at] = value;
      if (value > most[at]) most[at] = value;
    }
  }
  return { kind: 'coded', rows, columns, codes, least, most };
}

export function valueColumns({ rows, columns, values }: Matrix): ValueColumns {
  const turned = new Float64Array(rows * columns);
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++) turned[column * rows + row] = values[row * columns + column];
  return { kind: 'values', rows, columns, values: turned };
}

/** One column over the rows of one node. */
export interface ColumnReader {
  /** Code of the k-th row of the node, as last read. */
  readonly codes: Uint8Array;
  /** The codes that occur, ascending, as last read; a missing value's comes last. */
  readonly order: Uint8Array;
  /** Reads rows `from` to `to` − 1 of `rows` and returns how many codes occur. */
  read(column: number, rows: Uint32Array, from: number, to: number, random: Random): number;
  /** The threshold that parts code order[place] from what follows it, in the column last read. */
  threshold(place: number): number;
  /** Writes the codes again, as a cut at `threshold` saw them. */
  reread(column: number, threshold: number, rows: Uint32Array, from: number, to: number): void;
}

export function columnReader(source: ForestColumns): ColumnReader {
  return source.kind === 'coded' ? codeReader(source) : randomCutReader(source);
}

/** Where fewer rows than this come, most of 255 codes are absent: bits find the present ones faster than a walk. */
const fewRows = 64;

function codeReader(source: CodedColumns): ColumnReader {
  const codes = new Uint8Array(source.rows);
  const order = new Uint8Array(256);
  const seen = new Uint8Array(256);
  const words = new Int32Array(8);
  let column = 0;
  let present = 0;
  return {
    codes,
    order,
    read: (which, rows, from, to) => {
      column = which;
      const own = source.codes.subarray(column * source.rows, (column + 1) * source.rows);
      present =
        to - from < fewRows
          ? readFew(own, rows, from, to, codes, words, order)
          : readMany(own, rows, from, to, codes, seen, order);
      return present;
    },
    threshold: (place) => {
      const next = place + 1 < present ? order[place + 1] : missingCode;
      if (next === missingCode) return Infinity;
      return middle(source.most[column * 256 + order[place]], source.least[column * 256 + next]);
    },
    reread: (which, _threshold, rows, from, to) => {
      const own = source.codes.subarray(which * source.rows, (which + 1) * source.rows);
      for (let k = from; k < to; k++) codes[k - from] = own[rows[k]];
    },
  };
}

function readFew(
  own: Uint8Array,
  rows: Uint32Array,
  from: number,
  to: number,
  codes: Uint8Array,
  words: Int32Array,
  order: Uint8Array,
): number {
  for (let k = from; k < to; k++) {
    const code = own[rows[k]];
    codes[k - from] = code;
    words[code >> 5] |= 1 << (code & 31);
  }
  let present = 0;
  for (let w = 0; w < 8; w++) {
    for (let bits = words[w]; bits !== 0; bits &= bits - 1)
      order[present++] = (w << 5) + 31 - Math.clz32(bits & -bits);
    words[w] = 0;
  }
  return present;
}

function readMany(
  own: Uint8Array,
  rows: Uint32Array,
  from: number,
  to: number,
  codes: Uint8Array,
  seen: Uint8Array,
  order: Uint8Array,
): number {
  for (let k = from; k < to; k++) {
    const code = own[rows[k]];
    codes[k - from] = code;
    seen[code] = 1;
  }
  let present = 0;
  for (let code = 0; code < 256; code++) {
    order[present] = code;
    present += seen[code];
    seen[code] = 0;
  }
  return present;
}

/** Half way, as scikit-learn cuts; where no number lies between, the upper one. */
function middle(below: number, above: number): number {
  const half = below / 2 + above / 2;
  return half > below ? half : above;
}

/** One uniform cut between the least and the most value: code 0 below, 1 from it on. */
function randomCutReader(source: ValueColumns): ColumnReader {
  const codes = new Uint8Array(source.rows);
  const order = new Uint8Array(256);
  // The node's own values, side by side: the second pass over them costs no walk through memory.
  const gathered = new Float64Array(source.rows);
  const range = { least: 0, most: 0, missing: 0 };
  let cut = Infinity;
  const gather = (column: number, rows: Uint32Array, from: number, to: number) => {
    const own = source.values.subarray(column * source.rows, (column + 1) * source.rows);
    let [least, most, missing] = [Infinity, -Infinity, 0];
    for (let k = from; k < to; k++) {
      const value = own[rows[k]];
      gathered[k - from] = value;
      if (value < least) least = value;
      if (value > most) most = value;
      missing += Number(value !== value);
    }
    range.least = least;
    range.most = most;
    range.missing = missing;
  };
  return {
    codes,
    order,
    read: (column, rows, from, to, random) => {
      gather(column, rows, from, to);
      cut = range.least < range.most ? drawCut(range.least, range.most, random) : Infinity;
      const present = writeOrder(order, range);
      if (present > 1) codeByCut(codes, gathered, cut, to - from, range.missing > 0);
      return present;
    },
    threshold: (place) => (order[place] === 0 && order[place + 1] === 1 ? cut : Infinity),
    reread: (column, threshold, rows, from, to) => {
      gather(column, rows, from, to);
      codeByCut(codes, gathered, threshold, to - from, range.missing > 0);
    },
  };
}

function writeOrder(
  order: Uint8Array,
  { least, most, missing }: { readonly least: number; readonly most: number; readonly missing: number },
): number {
  let present = 0;
  if (least <= most) order[present++] = 0;
  if (least < most) order[present++] = 1;
  if (missing > 0) order[present++] = missingCode;
  return present;
}

function codeByCut(
  codes: Uint8Array,
  values: Float64Array,
  cut: number,
  size: number,
  someMissing: boolean,
): void {
  // A branch that a random cut sends either way is guessed wrong half the time; arithmetic is not.
  for (let k = 0; k < size; k++) codes[k] = Number(values[k] >= cut);
  if (!someMissing) return;
  for (let k = 0; k < size; k++) if (values[k] !== values[k]) codes[k] = missingCode;
}

function drawCut(least: number, most: number, random: Random): number {
  const share = random();
  const cut = least * (1 - share) + most * share;
  return cut > least && cut <= most ? cut : most;
}
