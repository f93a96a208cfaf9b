import { matrix, type Matrix } from '../core/matrix.ts';
import { checkInteger, checkMatrix } from '../trees/checks.ts';
import { foldsByGroup } from './folds.ts';
import { fitLinearMeta } from './meta-learner.ts';
import { memberMargins, type Model, type StackModel } from './model.ts';
import type { Member } from './network-member.ts';

export interface StackData {
  readonly x: Matrix;
  /** 0 or 1 for one output, the class index otherwise. */
  readonly labels: ArrayLike<number>;
  /** The learner of each row: rows of one learner never stand in two folds. */
  readonly groups: ArrayLike<number>;
}

export interface StackOptions {
  readonly seed: number;
  /** 1 for yes or no, else the number of classes. */
  readonly outputs: number;
  /** 5. */
  readonly folds?: number;
}

/** One model to fit: a member on the rows outside one fold, or on all of them. */
export interface FitJob {
  readonly member: number;
  /** Null: all rows. */
  readonly fold: number | null;
}

/** Which rows stand in which fold, and everything that must be fitted; jobs do not depend on each other. */
export interface StackPlan {
  readonly foldOf: Uint8Array;
  readonly jobs: readonly FitJob[];
}

export interface FittedStack {
  readonly stack: StackModel;
  /** Each member alone, in the order of the names: a model that answers with probabilities by itself. */
  readonly singles: readonly Model[];
}

export function planStack(data: StackData, members: number, options: StackOptions): StackPlan {
  const { seed, folds = 5 } = options;
  checkMatrix('x', data.x);
  checkInteger('labels: length', data.labels.length, data.x.rows, data.x.rows);
  checkInteger('groups: length', data.groups.length, data.x.rows, data.x.rows);
  const foldOf = foldsByGroup(data.groups, data.labels, folds, seed);
  const jobs = Array.from({ length: members }, (_, member) => [
    { member, fold: null },
    ...Array.from({ length: folds }, (_unused, fold) => ({ member, fold })),
  ]).flat();
  return { foldOf, jobs };
}

/** The rows a job learns from. */
export function rowsOfJob({ foldOf }: StackPlan, { fold }: FitJob): Uint32Array {
  return Uint32Array.from(foldOf.keys()).filter((row) => foldOf[row] !== fold);
}

/**
 * Weighs the members by their answers about rows they did not see, and joins those that learnt from all rows.
 * @param models one a job of the plan, in its order
 */
export function assembleStack(
  data: StackData,
  names: readonly string[],
  plan: StackPlan,
  models: readonly Member[],
  { outputs }: StackOptions,
): FittedStack {
  checkInteger('models: length', models.length, plan.jobs.length, plan.jobs.length);
  const modelOf = (member: number, fold: number | null) =>
    models[plan.jobs.findIndex((job) => job.member === member && job.fold === fold)];
  const outOfFold = names.map((_, m) => outOfFoldMargins(data.x, plan, (fold) => modelOf(m, fold), outputs));
  const join = (chosen: readonly number[]): StackModel => ({
    kind: 'stack',
    version: 1,
    columns: data.x.columns,
    outputs,
    names: chosen.map((m) => names[m]),
    members: chosen.map((m) => modelOf(m, null)),
    ...fitLinearMeta(
      chosen.map((m) => outOfFold[m]),
      data.labels,
      outputs,
    ),
  });
  const all = [...names.keys()];
  // Shares of a forest of two classes are no log-odds: alone, it still needs the map from the one to the other. So does a
  // network, which never answers by itself.
  const single = (m: number): Model => {
    const model = modelOf(m, null);
    return model.kind !== 'network-member' && model.outputs === outputs ? model : join([m]);
  };
  return { stack: join(all), singles: all.map(single) };
}

function outOfFoldMargins(
  x: Matrix,
  { foldOf }: StackPlan,
  modelOf: (fold: number) => Member,
  outputs: number,
): Float64Array {
  const margins = new Float64Array(x.rows * outputs);
  for (const fold of new Set(foldOf)) {
    const rows = Uint32Array.from(foldOf.keys()).filter((row) => foldOf[row] === fold);
    const own = memberMargins(modelOf(fold), takeRows(x, rows), outputs);
    rows.forEach((row, i) => {
      for (let c = 0; c < outputs; c++) margins[row * outputs + c] = own[i * outputs + c];
    });
  }
  return margins;
}

export function takeRows(x: Matrix, rows: Uint32Array): Matrix {
  const values = new Float64Array(rows.length * x.columns);
  rows.forEach((row, i) => {
    values.set(x.values.subarray(row * x.columns, (row + 1) * x.columns), i * x.columns);
  });
  return matrix(rows.length, x.columns, values);
}

/** How one member of a stack is fitted. */
export interface StackMember {
  readonly name: string;
  fit(data: { readonly x: Matrix; readonly labels: Float64Array }, seed: number): Member;
}

/** Plans, fits every job one after another, and assembles. */
export function fitStack(
  data: StackData,
  members: readonly StackMember[],
  options: StackOptions,
): FittedStack {
  const plan = planStack(data, members.length, options);
  const models = plan.jobs.map((job) => {
    const rows = rowsOfJob(plan, job);
    const labels = Float64Array.from(rows, (row) => data.labels[row]);
    return members[job.member].fit({ x: takeRows(data.x, rows), labels }, options.seed);
  });
  const names = members.map(({ name }) => name);
  return assembleStack(data, names, plan, models, options);
}
