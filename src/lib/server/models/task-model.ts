import type { Encodable } from '#lib/ml/core/codec.ts';
import type { Matrix } from '#lib/ml/core/matrix.ts';
import { calibrate, type Calibration } from '#lib/ml/evaluate/index.ts';
import { checkTreeModel, predictProbability, type TreeModel } from '#lib/ml/trees/index.ts';

export const taskNames = ['engagement-level', 'badge-chance', 'at-risk'] as const;
export type TaskName = (typeof taskNames)[number];

export const engagementLevels = ['inactive', 'low', 'medium', 'high', 'legendary'] as const;
export type EngagementLevel = (typeof engagementLevels)[number];

/** What a task fixed at training besides its trees. */
export interface TaskFacts {
  /** engagement-level: where low, medium and high end. */
  readonly thresholds?: Float64Array;
  /** badge-chance: the badges learnt from, and how often each was earned within the horizon. */
  readonly badgeIds?: readonly string[];
  readonly badgeRates?: Float64Array;
  /** at-risk: the numbers known at enrolment that it reads. */
  readonly background?: readonly string[];
}

/** All that scoring needs, in one record. */
export interface TaskModel {
  readonly kind: 'task-model';
  readonly version: 1;
  readonly task: TaskName;
  /** Of the feature catalogue; a model refuses values of another. */
  readonly catalogueVersion: number;
  /** What each column of its input is. */
  readonly columns: readonly string[];
  readonly model: TreeModel;
  /** One an answer: a single one for yes-or-no tasks, one a class otherwise. */
  readonly calibrations: readonly Calibration[];
  readonly facts: TaskFacts;
}

/** Calibrated probabilities: one a row for yes-or-no tasks, rows × classes otherwise, each row summing to 1. */
export function answersOf(
  { model, calibrations }: Pick<TaskModel, 'model' | 'calibrations'>,
  x: Matrix,
): Float64Array {
  return calibrateAnswers(calibrations, predictProbability(model, x));
}

export function calibrateAnswers(calibrations: readonly Calibration[], answers: Float64Array): Float64Array {
  const classes = calibrations.length;
  const calibrated = answers.map((answer, i) => calibrate(calibrations[i % classes], Math.min(1, answer)));
  if (classes === 1) return calibrated;
  for (let first = 0; first < calibrated.length; first += classes) {
    const sum = calibrated.subarray(first, first + classes).reduce((total, answer) => total + answer, 0);
    for (let c = 0; c < classes; c++)
      calibrated[first + c] = sum > 0 ? calibrated[first + c] / sum : 1 / classes;
  }
  return calibrated;
}

/** @throws TypeError when what was read is no task model of this version */
export function checkTaskModel(value: Encodable, task: TaskName): TaskModel {
  const record = value as Partial<TaskModel> | null;
  if (record?.kind !== 'task-model' || record.version !== 1 || record.task !== task)
    throw new TypeError(`model: expected a task model of version 1 for ${task}, got ${describe(record)}`);
  const model = checkTreeModel(record.model);
  const { columns, calibrations } = record;
  if (!Array.isArray(columns) || columns.length !== model.columns)
    throw new TypeError(`model.columns: expected ${model.columns} names, got ${columns?.length ?? 'none'}`);
  if (!Array.isArray(calibrations) || calibrations.length !== model.outputs)
    throw new TypeError(
      `model.calibrations: expected ${model.outputs}, got ${calibrations?.length ?? 'none'}`,
    );
  return record as TaskModel;
}

function describe(record: Partial<TaskModel> | null): string {
  return [record?.kind, record?.version, record?.task].map(String).join(' ');
}
