import type { TreeWriter, WrittenSplit } from '../trees.ts';
import { limits } from './limits.ts';
import { ModelFileError } from './model-file-error.ts';

/** One tree of a file, its nodes numbered as the file likes; node 0 is the root. */
export interface FileTree {
  readonly place: string;
  /** Where the file lists the children. */
  readonly childPlaces: readonly [left: string, right: string];
  /** −1 in a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly cover: Float64Array;
  leafValue(node: number): number;
  splitOf(node: number): Omit<WrittenSplit, 'left' | 'right'>;
}

/**
 * Adds the tree, level by level from its root, so that children stand after their parent whatever the file's numbers;
 * nodes that the root does not reach were pruned and stay behind.
 * @throws ModelFileError when a child is no node, is reached twice (a circle, a shared branch) or lies too deep
 */
export function writeFileTree(writer: TreeWriter, tree: FileTree): void {
  const { left, right, cover } = tree;
  const nodes = left.length;
  const placeOf = new Int32Array(nodes).fill(-1);
  const depthOf = new Uint16Array(nodes);
  const queue: number[] = [];
  const reach = (node: number): number => {
    checkCover(tree.place, node, cover[node]);
    const placed = writer.addNode(cover[node]);
    placeOf[node] = placed;
    queue.push(node);
    return placed;
  };
  writer.openTree();
  reach(0);
  for (let next = 0; next < queue.length; next++) {
    const node = queue[next];
    const placed = placeOf[node];
    if (left[node] < 0 && right[node] < 0) {
      writer.setValue(placed, 0, tree.leafValue(node));
      continue;
    }
    const [toLeft, toRight] = [left, right].map((children, side) => {
      const child = children[node];
      checkChild(tree, node, side, child, placeOf[child] >= 0);
      depthOf[child] = depthOf[node] + 1;
      checkDepth(tree, depthOf[child]);
      return reach(child);
    });
    writer.split(placed, { ...tree.splitOf(node), left: toLeft, right: toRight });
  }
}

function checkChild(
  { childPlaces, left }: FileTree,
  node: number,
  side: number,
  child: number,
  isReached: boolean,
): void {
  if (child >= 0 && child < left.length && !isReached) return;
  const wanted = isReached ? 'expected a node with one parent' : 'expected a node of this tree';
  throw new ModelFileError(`${childPlaces[side]}[${node}]`, `${wanted}, got ${child}`);
}

/** Explanations divide by it. */
export function checkCover(place: string, node: number, cover: number): void {
  if (!(cover >= 0 && cover < Infinity))
    throw new ModelFileError(`${place} node ${node}`, `expected a cover of 0 or more, got ${cover}`);
}

function checkDepth({ place }: FileTree, depth: number): void {
  if (depth > limits.depth)
    throw new ModelFileError(place, `expected at most ${limits.depth} levels, got more`);
}
