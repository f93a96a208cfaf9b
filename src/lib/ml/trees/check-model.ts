import { type BoostingModel, families, type ForestModel, lossNames, type TreeModel } from './model.ts';
import type { DerivedColumn, TargetStatistics } from './target-statistics.ts';
import { rules, type Trees } from './trees.ts';

type Unknown = Readonly<Record<string, unknown>>;

/** A model read from outside, checked so far that predicting from it always ends. @throws TypeError that says what is wrong */
export function checkTreeModel(value: unknown): TreeModel {
  const record = upgraded(recordOf('model', value));
  const { kind, version, columns, outputs } = record;
  if ((kind !== 'boosting' && kind !== 'forest') || version !== 2)
    throw new TypeError(
      `model: expected boosting or forest of version 1 or 2, got ${String(kind)} ${String(version)}`,
    );
  if (!isCount(columns) || !isCount(outputs))
    throw new TypeError(
      `model: expected whole numbers of columns and outputs, got ${String(columns)} and ${String(outputs)}`,
    );
  const statistics = checkStatistics(record.statistics, columns);
  const tested = columns + (statistics?.derived.length ?? 0);
  const trees = checkTrees(recordOf('model.trees', record.trees), tested);
  const width = kind === 'forest' ? outputs : 1;
  if (trees.width !== width) throw new TypeError(`model.trees.width: expected ${width}, got ${trees.width}`);
  if (kind === 'forest') return record as unknown as ForestModel;
  checkChoice('model.loss', record.loss, lossNames);
  checkChoice('model.family', record.family, families);
  checkChoice('model.sums', record.sums, ['single', 'double']);
  if (!(record.start instanceof Float64Array && record.start.length === outputs))
    throw new TypeError(`model.start: expected ${outputs} numbers`);
  return record as unknown as BoostingModel;
}

/** A model of version 1 in the words of version 2: before categories, families and target statistics. */
function upgraded(record: Unknown): Unknown {
  if (record.version !== 1 || typeof record.trees !== 'object' || record.trees === null) return record;
  const trees = record.trees as Unknown;
  const nodes = trees.feature instanceof Int32Array ? trees.feature.length : 0;
  const plain = {
    rule: new Uint8Array(nodes),
    setStart: new Uint32Array(nodes + 1),
    sets: new Uint32Array(0),
  };
  const later =
    record.kind === 'boosting' ? { family: 'xgboost', sums: 'double', statistics: null } : undefined;
  return { ...record, ...later, version: 2, trees: { ...trees, ...plain } };
}

function recordOf(name: string, value: unknown): Unknown {
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`${name}: expected a record, got ${typeof value}`);
  return value as Unknown;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}

function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (!choices.includes(String(value)))
    throw new TypeError(`${name}: expected one of ${choices.join(', ')}, got ${String(value)}`);
}

function checkStatistics(value: unknown, columns: number): TargetStatistics | null {
  if (value === undefined || value === null) return null;
  const { derived } = recordOf('model.statistics', value);
  if (!Array.isArray(derived)) throw new TypeError('model.statistics.derived: expected a list');
  derived.forEach((one: Partial<DerivedColumn>, k) => {
    const { sources, keys, good, seen } = one;
    const isSound =
      Array.isArray(sources) &&
      sources.length > 0 &&
      sources.every((source) => Number.isInteger(source) && source >= 0 && source < columns) &&
      Array.isArray(keys) &&
      good instanceof Float64Array &&
      seen instanceof Float64Array &&
      good.length === keys.length &&
      seen.length === keys.length &&
      [one.prior, one.shift, one.scale].every((number) => typeof number === 'number');
    if (!isSound)
      throw new TypeError(`model.statistics.derived[${k}]: expected sources, keys, counts and a prior`);
  });
  return value as TargetStatistics;
}

const arrayTypes = {
  feature: Int32Array,
  threshold: Float64Array,
  defaultLeft: Uint8Array,
  rule: Uint8Array,
  left: Uint32Array,
  right: Uint32Array,
  cover: Float64Array,
  gain: Float64Array,
} as const;

function checkTrees(record: Unknown, columns: number): Trees {
  const { start, value, width, setStart, sets } = record;
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
  if (!(setStart instanceof Uint32Array && sets instanceof Uint32Array && setStart.length === nodes + 1))
    throw new TypeError(`model.trees.setStart: expected Uint32Array of ${nodes + 1}, with its sets`);
  if (!isAscendingTo(setStart, sets.length))
    throw new TypeError('model.trees.setStart: expected places inside sets, ascending');
  const trees = record as unknown as Trees;
  for (let tree = 0; tree + 1 < start.length; tree++) checkTree(trees, tree, columns);
  return trees;
}

function isAscendingTo(places: Uint32Array, end: number): boolean {
  return places[places.length - 1] === end && places.every((place, i) => i === 0 || place >= places[i - 1]);
}

/** Children stand after their parent and inside the tree, so every walk ends in a leaf. */
function checkTree({ start, feature, rule, left, right }: Trees, tree: number, columns: number): void {
  const [first, end] = [start[tree], start[tree + 1]];
  if (!(first < end)) throw new TypeError(`model.trees: expected nodes in tree ${tree}`);
  for (let node = first; node < end; node++) {
    if (feature[node] < 0) continue;
    const isSound =
      feature[node] < columns &&
      rule[node] <= rules.setLeft &&
      [left[node], right[node]].every((child) => child > node && child < end);
    if (!isSound) throw new TypeError(`model.trees: node ${node} of tree ${tree} points outside the model`);
  }
}
