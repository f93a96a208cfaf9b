/**
 * Many binary trees as parallel arrays. Tree t owns nodes start[t] to start[t + 1] − 1, its root first; children are
 * absolute node indices. A row goes left where `value < threshold`, and by `defaultLeft` where the value is missing; at a
 * node with a set of categories its place is decided by `rule`.
 */
export interface Trees {
  readonly start: Uint32Array;
  /** Column tested; −1 in a leaf. */
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly defaultLeft: Uint8Array;
  /** How a node compares: one of `rules`; 0 in a leaf. */
  readonly rule: Uint8Array;
  /** The categories of node i are the bits of words setStart[i] to setStart[i + 1] − 1 of `sets`: nodes + 1 numbers. */
  readonly setStart: Uint32Array;
  readonly sets: Uint32Array;
  /** Children; 0 in a leaf. */
  readonly left: Uint32Array;
  readonly right: Uint32Array;
  /** Numbers a node holds: 1 for boosting, the number of classes for a forest. */
  readonly width: number;
  /** Nodes × width; meaningful in leaves. */
  readonly value: Float64Array;
  /** How much training weight passed through: sum of second derivatives in boosting, of row weights in a forest. */
  readonly cover: Float64Array;
  /** What the split gained; 0 in a leaf. */
  readonly gain: Float64Array;
}

/**
 * `below`: values below the threshold go left. `setRight`: listed categories go right, all others left (XGBoost).
 * `setLeft`: listed categories go left, all others right (LightGBM). A category is the whole part of a value that is not
 * negative; missing values go by `defaultLeft` under every rule.
 */
export const rules = { below: 0, setRight: 1, setLeft: 2 } as const;

export function treeCount(trees: Trees): number {
  return trees.start.length - 1;
}

/** The leaf of tree `tree` that a row reaches. `values` holds rows one after another; `offset` is where this one starts. */
export function leafOf(
  trees: Trees,
  tree: number,
  values: Float32Array | Float64Array,
  offset: number,
): number {
  const { feature, threshold, defaultLeft, rule, left, right } = trees;
  let node = trees.start[tree];
  while (feature[node] >= 0) {
    const value = values[offset + feature[node]];
    const goesLeft =
      rule[node] === rules.below
        ? value < threshold[node] || (value !== value && defaultLeft[node] === 1)
        : isSentLeft(trees, node, value);
    node = goesLeft ? left[node] : right[node];
  }
  return node;
}

/** Whether a value at an inner node goes left. */
export function isSentLeft(trees: Trees, node: number, value: number): boolean {
  if (value !== value) return trees.defaultLeft[node] === 1;
  if (trees.rule[node] === rules.below) return value < trees.threshold[node];
  return isListed(trees, node, value) === (trees.rule[node] === rules.setLeft);
}

function isListed({ setStart, sets }: Trees, node: number, value: number): boolean {
  const category = Math.trunc(value);
  const word = setStart[node] + Math.floor(category / 32);
  return category >= 0 && word < setStart[node + 1] && ((sets[word] >>> (category & 31)) & 1) === 1;
}

/** The words of a set of categories, for `WrittenSplit.set`. @param categories whole numbers from 0 */
export function categoryWords(categories: readonly number[]): Uint32Array {
  const words = new Uint32Array(Math.floor(Math.max(-1, ...categories) / 32) + 1);
  for (const category of categories) words[category >> 5] |= 1 << (category & 31);
  return words;
}

/** Grows the arrays while trees are added. */
export interface TreeWriter {
  /** Opens a new tree; its first node is the root. */
  openTree(): void;
  /** Appends a leaf and returns its index. */
  addNode(cover: number): number;
  split(node: number, split: WrittenSplit): void;
  setValue(node: number, position: number, value: number): void;
  setCover(node: number, cover: number): void;
  /** The trees so far, without a copy: good until the next change. */
  view(): Trees;
  /** A copy of trees 0 to `trees` − 1. */
  finish(trees: number): Trees;
}

export interface WrittenSplit {
  readonly feature: number;
  readonly threshold: number;
  readonly defaultLeft: boolean;
  readonly left: number;
  readonly right: number;
  readonly gain: number;
  /** Listed categories instead of the threshold. */
  readonly rule?: number;
  readonly set?: Uint32Array;
}

type Writable = { -readonly [K in keyof Omit<Trees, 'start' | 'width' | 'setStart' | 'sets'>]: Trees[K] };

export function treeWriter(width: number): TreeWriter {
  const start: number[] = [];
  const setOf = new Map<number, Uint32Array>();
  let nodes = 0;
  let capacity = 1024;
  let live = emptyNodes(capacity, width);

  const view = (trees = start.length): Trees => {
    const end = trees < start.length ? start[trees] : nodes;
    return {
      start: Uint32Array.from([...start.slice(0, trees), end]),
      width,
      ...firstNodes(live, end, width),
      ...setsOf(setOf, end),
    };
  };
  return {
    openTree: () => void start.push(nodes),
    addNode: (cover) => {
      if (nodes === capacity) {
        const larger = emptyNodes((capacity *= 2), width);
        for (const name of nodeArrays) larger[name].set(live[name]);
        live = larger;
      }
      live.feature[nodes] = -1;
      live.cover[nodes] = cover;
      return nodes++;
    },
    split: (node, made) => {
      live.feature[node] = made.feature;
      live.threshold[node] = made.threshold;
      live.defaultLeft[node] = Number(made.defaultLeft);
      live.left[node] = made.left;
      live.right[node] = made.right;
      live.gain[node] = made.gain;
      live.rule[node] = made.rule ?? rules.below;
      if (made.set) setOf.set(node, made.set);
    },
    setValue: (node, position, value) => {
      live.value[node * width + position] = value;
    },
    setCover: (node, cover) => {
      live.cover[node] = cover;
    },
    view,
    finish: (trees) => copyOf(view(trees)),
  };
}

/** The category words of nodes 0 to `nodes` − 1, one set after another. */
export function setsOf(
  setOf: ReadonlyMap<number, Uint32Array>,
  nodes: number,
): Pick<Trees, 'setStart' | 'sets'> {
  const setStart = new Uint32Array(nodes + 1);
  for (let node = 0; node < nodes; node++)
    setStart[node + 1] = setStart[node] + (setOf.get(node)?.length ?? 0);
  const sets = new Uint32Array(setStart[nodes]);
  for (const [node, words] of setOf) if (node < nodes) sets.set(words, setStart[node]);
  return { setStart, sets };
}

const nodeArrays = [
  'feature',
  'threshold',
  'defaultLeft',
  'rule',
  'left',
  'right',
  'value',
  'cover',
  'gain',
] as const satisfies readonly (keyof Writable)[];

function emptyNodes(capacity: number, width: number): Writable {
  return {
    feature: new Int32Array(capacity),
    threshold: new Float64Array(capacity),
    defaultLeft: new Uint8Array(capacity),
    rule: new Uint8Array(capacity),
    left: new Uint32Array(capacity),
    right: new Uint32Array(capacity),
    value: new Float64Array(capacity * width),
    cover: new Float64Array(capacity),
    gain: new Float64Array(capacity),
  };
}

function firstNodes(live: Writable, nodes: number, width: number): Writable {
  return {
    feature: live.feature.subarray(0, nodes),
    threshold: live.threshold.subarray(0, nodes),
    defaultLeft: live.defaultLeft.subarray(0, nodes),
    rule: live.rule.subarray(0, nodes),
    left: live.left.subarray(0, nodes),
    right: live.right.subarray(0, nodes),
    value: live.value.subarray(0, nodes * width),
    cover: live.cover.subarray(0, nodes),
    gain: live.gain.subarray(0, nodes),
  };
}

/** Its own memory: a subarray would drag the whole buffer along into a worker or a file. */
function copyOf(trees: Trees): Trees {
  return {
    start: trees.start.slice(),
    width: trees.width,
    feature: trees.feature.slice(),
    threshold: trees.threshold.slice(),
    defaultLeft: trees.defaultLeft.slice(),
    rule: trees.rule.slice(),
    setStart: trees.setStart,
    sets: trees.sets,
    left: trees.left.slice(),
    right: trees.right.slice(),
    value: trees.value.slice(),
    cover: trees.cover.slice(),
    gain: trees.gain.slice(),
  };
}
