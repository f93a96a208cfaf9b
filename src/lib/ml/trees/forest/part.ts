import type { Matrix } from '../../core/matrix.ts';
import { seededRandom } from '../../core/random.ts';
import type { ForestModel } from '../model.ts';
import { leafOf, type Trees } from '../trees.ts';
import { codeColumns, type ForestColumns, valueColumns } from './columns.ts';
import { drawInto, type DrawPool, drawPools, treeSeed } from './draw.ts';
import { treeGrower } from './grow.ts';
import { joinTrees } from './join-trees.ts';
import {
  checkedSettings,
  type ForestData,
  type ForestOptions,
  type ForestSettings,
  weightsOf,
} from './options.ts';

/** All that is needed to grow any tree of a forest; plain data that a thread can be sent. */
export interface ForestPlan {
  readonly settings: ForestSettings;
  readonly x: Matrix;
  readonly columns: ForestColumns;
  readonly labels: Float64Array;
  /** What a drawn row weighs; null where every one weighs 1. */
  readonly weights: Float64Array | null;
  readonly pools: readonly DrawPool[];
}

/** Neighbouring trees of a forest, and their answers for the rows that they did not see. */
export interface ForestPart {
  readonly firstTree: number;
  readonly trees: Trees;
  /** Rows × outputs: sums of answers, each rounded to a multiple of `voteUnit`. */
  readonly votes: Float64Array;
  /** How many trees answered for each row. */
  readonly voters: Uint32Array;
}

export interface ForestFit {
  readonly model: ForestModel;
  /** Rows × outputs, from the trees that did not see the row; NaN for a row that every tree saw. */
  readonly outOfBag: Float64Array;
  /** Of the out-of-bag answers: share of right classes, or R² for numbers; NaN without any. */
  readonly score: number;
}

/** @throws RangeError that names the option or the place in the data */
export function planForest(
  data: ForestData,
  options: ForestOptions,
  cuts: ForestSettings['cuts'],
): ForestPlan {
  const settings = checkedSettings(data, options, cuts);
  const weights = weightsOf(data, options);
  return {
    settings,
    x: data.x,
    // Weights act once: in the draw where there is one with replacement, else in the counts of the nodes.
    weights: settings.bootstrap ? null : weights,
    columns: cuts === 'best' ? codeColumns(data.x, options.maxBins ?? 255) : valueColumns(data.x),
    labels: Float64Array.from(data.labels),
    pools: drawPools(data, options, settings, settings.bootstrap ? weights : null),
  };
}

/**
 * Grows trees `firstTree` to `endTree` − 1. Each tree has a seed of its own, so parts can grow anywhere, in any order.
 * @param onTree called after every tree with its number in the forest, from 1
 */
export function growForestPart(
  plan: ForestPlan,
  firstTree: number,
  endTree: number,
  onTree?: (tree: number) => void,
): ForestPart {
  const { settings, x, labels, weights, pools } = plan;
  const drawn = new Uint16Array(x.rows);
  const grow = treeGrower({ settings, labels, weights, drawn }, plan.columns);
  const votes = new Float64Array(x.rows * settings.classes);
  const voters = new Uint32Array(x.rows);
  const unit = voteUnit(plan);
  const trees: Trees[] = [];
  for (let tree = firstTree; tree < endTree; tree++) {
    const random = seededRandom(treeSeed(settings.seed, tree));
    drawInto(drawn, pools, settings.bootstrap, random);
    const grown = grow(random);
    addVotes(votes, voters, grown, x, drawn, unit);
    trees.push(grown);
    onTree?.(tree + 1);
  }
  return { firstTree, trees: joinTrees(trees), votes, voters };
}

/**
 * Sums of multiples of a unit are exact below 2^53 units, so the order of adding does not matter. An answer has at most 2^36
 * units and a forest at most 100,000 < 2^17 trees.
 */
function voteUnit({ settings, labels }: ForestPlan): number {
  if (settings.classes > 1) return 2 ** -36;
  const greatest = labels.reduce((most, label) => Math.max(most, Math.abs(label)), 0);
  return greatest === 0 ? 1 : 2 ** (Math.ceil(Math.log2(greatest)) - 36);
}

function addVotes(
  votes: Float64Array,
  voters: Uint32Array,
  tree: Trees,
  x: Matrix,
  drawn: Uint16Array,
  unit: number,
): void {
  const { width, value } = tree;
  const rounded = value.map((answer) => Math.round(answer / unit) * unit);
  for (let row = 0; row < x.rows; row++) {
    if (drawn[row] > 0) continue;
    const leaf = leafOf(tree, 0, x.values, row * x.columns);
    for (let c = 0; c < width; c++) votes[row * width + c] += rounded[leaf * width + c];
    voters[row]++;
  }
}

/** The forest of all parts; the same bytes however its trees were shared out. @throws RangeError when trees are missing */
export function joinForests(plan: ForestPlan, parts: readonly ForestPart[]): ForestFit {
  const { settings, x, labels } = plan;
  const ordered = [...parts].sort((a, b) => a.firstTree - b.firstTree);
  let trees = 0;
  for (const part of ordered) {
    if (part.firstTree !== trees)
      throw new RangeError(`joinForests: expected a part from tree ${trees}, got one from ${part.firstTree}`);
    trees += part.trees.start.length - 1;
  }
  if (trees !== settings.trees)
    throw new RangeError(`joinForests: expected ${settings.trees} trees, got ${trees}`);
  const outOfBag = meanVotes(ordered, x.rows, settings.classes);
  const model: ForestModel = {
    kind: 'forest',
    version: 2,
    columns: x.columns,
    outputs: settings.classes,
    trees: joinTrees(ordered.map((part) => part.trees)),
  };
  const score = settings.classes === 1 ? rSquared(outOfBag, labels) : shareRight(outOfBag, labels, settings);
  return { model, outOfBag, score };
}

function meanVotes(parts: readonly ForestPart[], rows: number, outputs: number): Float64Array {
  const votes = new Float64Array(rows * outputs);
  const voters = new Float64Array(rows);
  for (const part of parts) {
    part.votes.forEach((vote, i) => (votes[i] += vote));
    part.voters.forEach((count, row) => (voters[row] += count));
  }
  // A row without voters: 0 ÷ 0 is NaN, as promised.
  return votes.map((vote, i) => vote / voters[Math.floor(i / outputs)]);
}

function shareRight(answers: Float64Array, labels: Float64Array, { classes }: ForestSettings): number {
  let [answered, right] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    const own = answers.subarray(row * classes, (row + 1) * classes);
    if (Number.isNaN(own[0])) continue;
    answered++;
    right += Number(own.indexOf(Math.max(...own)) === labels[row]);
  }
  return right / answered;
}

function rSquared(answers: Float64Array, labels: Float64Array): number {
  const known = labels.filter((_, row) => !Number.isNaN(answers[row]));
  const mean = known.reduce((sum, label) => sum + label, 0) / known.length;
  let [missed, spread] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    if (Number.isNaN(answers[row])) continue;
    missed += (labels[row] - answers[row]) ** 2;
    spread += (labels[row] - mean) ** 2;
  }
  return 1 - missed / spread;
}
