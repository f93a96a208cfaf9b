import { leastRoundingTo, nextSingle } from '../single.ts';
import type { TargetStatistics } from '../target-statistics.ts';
import {
  categoryWords,
  rules,
  type Trees,
  treeWriter,
  type TreeWriter,
  type WrittenSplit,
} from '../trees.ts';
import { borderOf, type Source } from './columns.ts';
import { nameOf, type Statistics } from './statistics.ts';
import type { Choice } from './structure.ts';

/** A tree that asks the same on every level: bit k of a leaf's number says whether its rows pass test k. */
export interface ObliviousTree {
  readonly choices: readonly Choice<Source>[];
  /** Leaves × outputs. */
  readonly values: Float64Array;
  /** Training weight in each leaf. */
  readonly weights: Float64Array;
}

/** Derived columns by name, in the order in which the trees first test them. */
interface DerivedPlaces {
  placeOf(source: Extract<Source, { kind: 'statistic' }>): number;
}

/**
 * Binary trees with the same answers, one an output: failing a test goes left. Branches that no training row reached become
 * one leaf, whose value is 0 as all of theirs are.
 */
export function writeTrees(
  grown: readonly ObliviousTree[],
  outputs: number,
  columns: number,
  statistics: Statistics,
): { trees: Trees; statistics: TargetStatistics | null } {
  const names = new Map<string, number>();
  const derived: TargetStatistics['derived'][number][] = [];
  const places: DerivedPlaces = {
    placeOf: ({ spec }) => {
      const name = nameOf(spec);
      let place = names.get(name);
      if (place === undefined) {
        names.set(name, (place = columns + derived.length));
        derived.push(statistics.finalOf(spec));
      }
      return place;
    },
  };
  const writer = treeWriter(1);
  for (const tree of grown)
    for (let output = 0; output < outputs; output++) writeTree(writer, tree, output, outputs, places);
  return {
    trees: writer.finish(grown.length * outputs),
    statistics: derived.length > 0 ? { derived } : null,
  };
}

function writeTree(
  writer: TreeWriter,
  tree: ObliviousTree,
  output: number,
  outputs: number,
  places: DerivedPlaces,
): void {
  writer.openTree();
  const total = weightBelow(tree, 0, 0);
  const write = (level: number, leaf: number): number => {
    const weight = weightBelow(tree, level, leaf);
    const node = writer.addNode(weight);
    if (level === tree.choices.length || weight === 0) {
      writer.setValue(node, 0, weight === 0 ? 0 : tree.values[leaf * outputs + output]);
      return node;
    }
    const left = write(level + 1, leaf);
    const right = write(level + 1, leaf | (1 << level));
    const choice = tree.choices[level];
    // The level's gain, shared among its nodes by weight.
    const gain = (Math.max(0, choice.gain) * weight) / total;
    writer.split(node, { ...testOf(choice, places), left, right, gain });
    return node;
  };
  write(0, 0);
}

/** The weight of the leaves whose first `level` bits are those of `leaf`. */
function weightBelow({ choices, weights }: ObliviousTree, level: number, leaf: number): number {
  let sum = 0;
  for (let at = leaf; at < 1 << choices.length; at += 1 << level) sum += weights[at];
  return sum;
}

function testOf(
  { candidate: { source }, bin }: Choice<Source>,
  places: DerivedPlaces,
): Omit<WrittenSplit, 'left' | 'right' | 'gain'> {
  if (source.kind === 'codes') return codeTest(source.column, source.codes[bin]);
  return {
    feature: source.kind === 'number' ? source.column : places.placeOf(source),
    // `value > border` in float32 is `value ≥ the next float32`.
    threshold: leastRoundingTo(nextSingle(borderOf(source, bin), 1)),
    defaultLeft: true,
  };
}

/** The code passes, all others fail; missing is a code of its own. */
function codeTest(feature: number, code: number): Omit<WrittenSplit, 'left' | 'right' | 'gain'> {
  const isMissing = Number.isNaN(code);
  const set = categoryWords(isMissing ? [] : [code]);
  return { feature, threshold: 0, defaultLeft: !isMissing, rule: rules.setRight, set };
}
