import { integerBelow, type Random, seededRandom } from '../../core/random.ts';
import type { GrowingNode } from './node.ts';
import type { Plan } from './plan.ts';

/** Which columns a tree, its levels and its nodes may test; the same in every thread for the same seed. */
export interface ColumnDraws {
  /** Columns of the whole tree, ascending; null for all. */
  readonly tree: Uint32Array | null;
  /** 1 for each column the node may test; null for all. Draws anew at each call where nodes draw. */
  maskFor(node: GrowingNode): Uint8Array | null;
}

export function columnDraws(plan: Plan, seed: number): ColumnDraws {
  const [treeShare, levelShare, nodeShare] = plan.columnShares;
  const random = seededRandom(seed);
  const all = Uint32Array.from({ length: plan.columns }, (_, i) => i);
  const tree = drawFrom(all, treeShare, random);
  const levels: Uint32Array[] = [];
  const isDrawn = treeShare * levelShare * nodeShare < 1;
  const columnsFor = (depth: number) => {
    while (levels.length <= depth) levels.push(drawFrom(tree, levelShare, random));
    return drawFrom(levels[depth], nodeShare, random);
  };
  return {
    tree: tree.length < all.length ? tree : null,
    maskFor: (node) => {
      const mask = isDrawn ? maskOf(plan.columns, columnsFor(node.depth)) : null;
      return withInteractions(plan, node.path, mask);
    },
  };
}

function drawFrom(columns: Uint32Array, share: number, random: Random): Uint32Array {
  const wanted = Math.max(1, Math.round(share * columns.length));
  if (wanted >= columns.length) return columns;
  const drawn = columns.slice();
  for (let i = 0; i < wanted; i++) {
    const j = i + integerBelow(random, drawn.length - i);
    [drawn[i], drawn[j]] = [drawn[j], drawn[i]];
  }
  return drawn.slice(0, wanted).sort();
}

function maskOf(columns: number, listed: Iterable<number>): Uint8Array {
  const mask = new Uint8Array(columns);
  for (const column of listed) mask[column] = 1;
  return mask;
}

/**
 * The columns of the path, and those of every set that holds the whole path.
 * @see XGBoost, src/tree/constraints.cc
 */
function withInteractions(
  { interactions, columns }: Plan,
  path: readonly number[] | null,
  mask: Uint8Array | null,
): Uint8Array | null {
  if (!interactions || !path || path.length === 0) return mask;
  const open = interactions.filter((set) => path.every((column) => set.includes(column)));
  const allowed = maskOf(columns, [...path, ...open.flat()]);
  return mask ? allowed.map((bit, i) => bit & mask[i]) : allowed;
}
