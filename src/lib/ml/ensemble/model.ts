import type { Matrix } from '../core/matrix.ts';
import { combineShap } from '../explain/index.ts';
import {
  checkTreeModel,
  predictMargins,
  predictProbability,
  prepareShap,
  type ShapExplainer,
  type TreeModel,
} from '../trees/index.ts';
import { probabilitiesInto } from './meta-learner.ts';
import { checkNetworkMember, type Member, networkExplainer, networkMargins } from './network-member.ts';

/** Several models that answer together: margin_c = bias_c + Σ_m weights_m · margin_mc. */
export interface StackModel {
  readonly kind: 'stack';
  readonly version: 1;
  readonly columns: number;
  /** 1 for yes or no, else the number of classes. */
  readonly outputs: number;
  readonly names: readonly string[];
  readonly members: readonly Member[];
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** Whatever answers a task: trees of one kind, or a stack of several members. */
export type Model = TreeModel | StackModel;

/** What a model sums up to, rows × outputs, row-major, in the units its Shapley values are in. */
export function marginsOf(model: Model, x: Matrix): Float64Array {
  if (model.kind !== 'stack') return predictMargins(model, x);
  const { outputs, bias, weights, members } = model;
  const margins = new Float64Array(x.rows * outputs);
  margins.forEach((_, i) => (margins[i] = bias[i % outputs]));
  members.forEach((member, m) => {
    if (weights[m] === 0) return;
    const own = memberMargins(member, x, outputs);
    for (let i = 0; i < margins.length; i++) margins[i] += weights[m] * own[i];
  });
  return margins;
}

/** A member's margins as the stack reads them. A forest of two classes speaks by the share of the second. */
export function memberMargins(member: Member, x: Matrix, outputs: number): Float64Array {
  if (member.kind === 'network-member') return networkMargins(member, x);
  const margins = predictMargins(member, x);
  if (member.outputs === outputs) return margins;
  return Float64Array.from({ length: x.rows }, (_, row) => margins[2 * row + 1]);
}

/** Probabilities: one a row (of label 1) for one output, else rows × classes. @throws TypeError for a model of numbers */
export function probabilitiesOf(model: Model, x: Matrix): Float64Array {
  if (model.kind !== 'stack') return predictProbability(model, x);
  const margins = marginsOf(model, x);
  const probabilities = new Float64Array(margins.length);
  probabilitiesInto(probabilities, margins, model.outputs);
  return probabilities;
}

/**
 * What moves one output's margin, column by column: of trees exact Shapley values, of networks integrated gradients, of a stack
 * the weighted sum of its members'. Base and contributions sum to the margin. Prepare once a model.
 */
export function prepareExplainer(model: Model, output = 0): ShapExplainer {
  if (model.kind !== 'stack') return prepareShap(model, output);
  const { members, weights, bias, outputs } = model;
  const heard = [...members.keys()].filter((m) => weights[m] > 0);
  const explainers = heard.map((m) => memberExplainer(members[m], outputs, output));
  return (x) => {
    // A stack that listens to nobody answers with its bias.
    if (heard.length === 0) return { base: bias[output], contributions: new Float64Array(x.values.length) };
    const parts = explainers.map((explain) => explain(x));
    return combineShap(
      heard.map((m) => weights[m]),
      parts,
      bias[output],
    );
  };
}

function memberExplainer(member: Member, outputs: number, output: number): ShapExplainer {
  if (member.kind === 'network-member') return networkExplainer(member);
  return prepareShap(member, member.outputs === outputs ? output : 1);
}

/** A model read from outside, checked so far that predicting from it always ends. @throws TypeError that says what is wrong */
export function checkModel(value: unknown): Model {
  const record = value as Partial<StackModel> | null;
  if (record?.kind !== 'stack') return checkTreeModel(value);
  const { version, columns, outputs, names, members, weights, bias } = record;
  if (version !== 1)
    throw new TypeError(`model: expected a stack of version 1, got version ${String(version)}`);
  if (!(Array.isArray(members) && members.length >= 1 && Array.isArray(names)))
    throw new TypeError('model.members: expected a list of models with their names');
  const checked = members.map(checkMember);
  const count = checked.length;
  if (!(weights instanceof Float64Array && weights.length === count && names.length === count))
    throw new TypeError(`model.weights: expected ${count} weights and names, one a member`);
  if (!(bias instanceof Float64Array && bias.length === outputs))
    throw new TypeError(`model.bias: expected ${String(outputs)} numbers, one an output`);
  checked.forEach((member, m) => {
    const fits = member.outputs === outputs || (outputs === 1 && member.outputs === 2);
    if (member.columns !== columns || !fits)
      throw new TypeError(
        `model.members[${m}]: expected ${String(columns)} columns and ${outputs} outputs, got ${member.columns} and ${member.outputs}`,
      );
  });
  return { ...record, members: checked } as StackModel;
}

function checkMember(value: unknown): Member {
  const { kind } = value as { readonly kind?: unknown };
  return kind === 'network-member' ? checkNetworkMember(value) : checkTreeModel(value);
}
