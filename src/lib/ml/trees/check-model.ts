import type { BoostingModel } from './boosting.ts';
import type { ForestModel } from './forest.ts';
import type { TreeModel } from './predict.ts';
import type { Trees } from './trees.ts';

type Unknown = Readonly<Record<string, unknown>>;

/** A model read from outside, checked so far that predicting from it always ends. @throws TypeError that says what is wrong */
export function checkTreeModel(value: unknown): TreeModel {
  const record = recordOf('model', value);
  const { kind, version, columns, outputs } = record;
  if ((kind !== 'boosting' && kind !== 'forest') || version !== 1)
    throw new TypeError(
      `model: expected boosting or forest of version 1, got ${String(kind)} ${String(version)}`,
    );
  if (!isCount(columns) || !isCount(outputs))
    throw new TypeError(
      `model: expected whole numbers of columns and outputs, got ${String(columns)} and ${String(outputs)}`,
    );
  const trees = checkTrees(recordOf('model.trees', record.trees), columns);
  const width = kind === 'forest' ? outputs : 1;
  if (trees.width !== width) throw new TypeError(`model.trees.width: expected ${width}, got ${trees.width}`);
  if (kind === 'forest') return record as unknown as ForestModel;
  if (!['logistic', 'softmax', 'squared'].includes(String(record.loss)))
    throw new TypeError(`model.loss: expected logistic, softmax or squared, got ${String(record.loss)}`);
  if (!(record.start instanceof Float64Array && record.start.length === outputs))
    throw new TypeError(`model.start: expected ${outputs} numbers`);
  return record as unknown as BoostingModel;
}

function recordOf(name: string, value: unknown): Unknown {
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`${name}: expected a record, got ${typeof value}`);
  return value as Unknown;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}

const arrayTypes = {
  feature: Int32Array,
  threshold: Float64Array,
  defaultLeft: Uint8Array,
  left: Uint32Array,
  right: Uint32Array,
  cover: Float64Array,
  gain: Float64Array,
} as const;

function checkTrees(record: Unknown, columns: number): Trees {
  const { start, value, width } = record;
  if (!(start instanceof Uint32Array && start.length >= 1 && value instanceof Float64Array && isCount(width)))
    throw new TypeError('model.trees: expected start, value and width');
  const nodes = start[start.length - 1];
  for (const [name, Type] of Object.entries(arrayTypes)) {
    const array = record[name];
    if (!(array instanceof Type && array.length === nodes))
      throw new TypeError(`model.trees.${name}: expected ${Type.name} of ${nodes} nodes`);
  }
  if (value.length !== nodes * width)
    throw new TypeError(`model.trees.value: expected ${nodes * width} numbers, got ${value.length}`);
  const trees = record as unknown as Trees;
  for (let tree = 0; tree + 1 < start.length; tree++) checkTree(trees, tree, columns);
  return trees;
}

/** Children stand after their parent and inside the tree, so every walk ends in a leaf. */
function checkTree({ start, feature, left, right }: Trees, tree: number, columns: number): void {
  const [first, end] = [start[tree], start[tree + 1]];
  if (!(first < end)) throw new TypeError(`model.trees: expected nodes in tree ${tree}`);
  for (let node = first; node < end; node++) {
    if (feature[node] < 0) continue;
    const isSound =
      feature[node] < columns && [left[node], right[node]].every((child) => child > node && child < end);
    if (!isSound) throw new TypeError(`model.trees: node ${node} of tree ${tree} points outside the model`);
  }
}
