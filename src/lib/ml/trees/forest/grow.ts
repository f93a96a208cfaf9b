import type { Random } from '../../core/random.ts';
import { integerBelow } from '../../core/random.ts';
import { type Trees, type TreeWriter, treeWriter } from '../trees.ts';
import { type ColumnReader, columnReader, type ForestColumns, missingCode } from './columns.ts';
import type { ForestSettings } from './options.ts';
import { tallyFor } from './tally-for.ts';
import type { BestCut, Tally, TallySource } from './tally.ts';

/** What the trees that one thread grows share. */
interface Ground {
  readonly settings: ForestSettings;
  readonly reader: ColumnReader;
  readonly tally: Tally;
  /** All columns, shuffled further at every node. */
  readonly columns: Uint32Array;
  /** Rows drawn at least once; each node owns a stretch. */
  readonly rows: Uint32Array;
  readonly scratch: Uint32Array;
}

interface Stretch {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

interface Split {
  readonly column: number;
  readonly code: number;
  readonly threshold: number;
  readonly missingLeft: boolean;
  readonly gain: number;
}

/** A node that can be split, and how. */
interface Bud {
  readonly stretch: Stretch;
  readonly split: Split;
}

/** Returns a function that grows one tree from the rows `source.drawn` counts. */
export function treeGrower(source: TallySource, columns: ForestColumns): (random: Random) => Trees {
  const ground: Ground = {
    settings: source.settings,
    reader: columnReader(columns),
    tally: tallyFor(source),
    columns: new Uint32Array(columns.columns),
    rows: new Uint32Array(columns.rows),
    scratch: new Uint32Array(columns.rows),
  };
  return (random) => growTree(ground, source.drawn, random);
}

function growTree(ground: Ground, drawn: Uint16Array, random: Random): Trees {
  const { rows, columns, settings } = ground;
  const writer = treeWriter(settings.classes);
  for (let column = 0; column < columns.length; column++) columns[column] = column;
  let count = 0;
  for (let row = 0; row < drawn.length; row++) if (drawn[row] > 0) rows[count++] = row;
  writer.openTree();
  const buds: Bud[] = [];
  const sprout = (stretch: Stretch) => {
    const split = openNode(ground, writer, stretch, random);
    if (split) buds.push({ stretch, split });
  };
  sprout({ node: writer.addNode(0), from: 0, to: count, depth: 0 });
  for (let leaves = 1; buds.length > 0 && leaves !== settings.maxLeaves; leaves++) {
    const bud = settings.maxLeaves > 0 ? takeMostGainful(buds) : buds.pop();
    if (bud) splitBud(ground, writer, bud).forEach(sprout);
  }
  return writer.finish(1);
}

function takeMostGainful(buds: Bud[]): Bud {
  let most = 0;
  for (let k = 1; k < buds.length; k++) if (buds[k].split.gain > buds[most].split.gain) most = k;
  return buds.splice(most, 1)[0];
}

/** Writes the node as the leaf it is so far; returns its best split unless the limits forbid one. */
function openNode(ground: Ground, writer: TreeWriter, stretch: Stretch, random: Random): Split | null {
  const { tally, settings, rows } = ground;
  tally.open(rows, stretch.from, stretch.to);
  writer.setCover(stretch.node, tally.weight());
  for (let c = 0; c < settings.classes; c++) writer.setValue(stretch.node, c, tally.answer(c));
  const isFinal =
    tally.isPure() ||
    tally.drawnRows() < 2 * settings.minLeaf ||
    (settings.depth > 0 && stretch.depth >= settings.depth);
  return isFinal ? null : findSplit(ground, stretch, random);
}

/** The best cut of the drawn columns, or null. */
function findSplit(ground: Ground, { from, to }: Stretch, random: Random): Split | null {
  const { columns, settings, reader, tally, rows } = ground;
  const best: BestCut = { gain: -Infinity, place: 0, missingLeft: false, leftShare: 0 };
  let split: Split | null = null;
  let varied = 0;
  for (let k = 0; k < columns.length && (k < settings.tried || varied === 0); k++) {
    const other = k + integerBelow(random, columns.length - k);
    const column = columns[other];
    columns[other] = columns[k];
    columns[k] = column;
    const present = reader.read(column, rows, from, to, random);
    if (present < 2) continue;
    varied++;
    const before = best.gain;
    tally.improve(best, reader.codes, to - from, reader.order, present);
    if (best.gain > before) split = splitOf(column, best, reader, present);
  }
  return split;
}

function splitOf(column: number, best: BestCut, { order, threshold }: ColumnReader, present: number): Split {
  const sawMissing = order[present - 1] === missingCode;
  return {
    column,
    code: order[best.place],
    threshold: threshold(best.place),
    // Where training saw none, a missing value goes with the greater part.
    missingLeft: sawMissing ? best.missingLeft : best.leftShare >= 0.5,
    gain: Math.max(0, best.gain),
  };
}

function splitBud(ground: Ground, writer: TreeWriter, { stretch, split }: Bud): readonly Stretch[] {
  const middle = partition(ground, stretch, split);
  const depth = stretch.depth + 1;
  const left = { node: writer.addNode(0), from: stretch.from, to: middle, depth };
  const right = { node: writer.addNode(0), from: middle, to: stretch.to, depth };
  writer.split(stretch.node, {
    feature: split.column,
    threshold: split.threshold,
    defaultLeft: split.missingLeft,
    left: left.node,
    right: right.node,
    gain: split.gain,
  });
  return [left, right];
}

/** Brings the rows that go left to the front of the stretch, in order on both sides; returns where the right side begins. */
function partition(ground: Ground, { from, to }: Stretch, split: Split): number {
  const { reader, rows, scratch } = ground;
  const { codes } = reader;
  reader.reread(split.column, split.threshold, rows, from, to);
  const highest = split.missingLeft ? missingCode : -1;
  let left = from;
  let right = 0;
  for (let k = from; k < to; k++) {
    const row = rows[k];
    const code = codes[k - from];
    const goesLeft = Number(code <= split.code || code === highest);
    rows[left] = row;
    scratch[right] = row;
    left += goesLeft;
    right += 1 - goesLeft;
  }
  for (let k = 0; k < right; k++) rows[left + k] = scratch[k];
  return left;
}
