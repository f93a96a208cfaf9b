import type { Trees } from '../trees.ts';

/** One record of all trees, in order. @param parts at least one, all of one width */
export function joinTrees(parts: readonly Trees[]): Trees {
  const nodeShift = runningTotal(parts.map(({ feature }) => feature.length));
  const setShift = runningTotal(parts.map(({ sets }) => sets.length));
  const ends = parts.flatMap(({ start }, p) => [...start.subarray(1)].map((end) => end + nodeShift[p]));
  const nodes = nodeShift[parts.length];
  const joined: Trees = {
    start: Uint32Array.from([0, ...ends]),
    width: parts[0].width,
    feature: concatenated(new Int32Array(nodes), parts, 'feature'),
    threshold: concatenated(new Float64Array(nodes), parts, 'threshold'),
    defaultLeft: concatenated(new Uint8Array(nodes), parts, 'defaultLeft'),
    rule: concatenated(new Uint8Array(nodes), parts, 'rule'),
    left: concatenated(new Uint32Array(nodes), parts, 'left'),
    right: concatenated(new Uint32Array(nodes), parts, 'right'),
    value: concatenated(new Float64Array(nodes * parts[0].width), parts, 'value'),
    cover: concatenated(new Float64Array(nodes), parts, 'cover'),
    gain: concatenated(new Float64Array(nodes), parts, 'gain'),
    setStart: new Uint32Array(nodes + 1),
    sets: concatenated(new Uint32Array(setShift[parts.length]), parts, 'sets'),
  };
  parts.forEach((part, p) => shiftPart(joined, part, nodeShift[p], setShift[p]));
  return joined;
}

function runningTotal(lengths: readonly number[]): Uint32Array {
  const totals = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, i) => (totals[i + 1] = totals[i] + length));
  return totals;
}

type ArrayName = Exclude<keyof Trees, 'width'>;

function concatenated<T extends Trees[ArrayName]>(into: T, parts: readonly Trees[], name: ArrayName): T {
  let at = 0;
  for (const part of parts) {
    into.set(part[name], at);
    at += part[name].length;
  }
  return into;
}

/** Children and sets are numbered from the first node and set of the whole. */
function shiftPart(joined: Trees, { feature, setStart }: Trees, nodes: number, sets: number): void {
  for (let k = 0; k < feature.length; k++) {
    joined.setStart[nodes + k + 1] = setStart[k + 1] + sets;
    if (feature[k] < 0) continue;
    joined.left[nodes + k] += nodes;
    joined.right[nodes + k] += nodes;
  }
}
