import type { Encodable } from '#lib/ml/core/codec.ts';
import type { Matrix } from '#lib/ml/core/matrix.ts';
import { checkModel, type Model, probabilitiesOf } from '#lib/ml/ensemble/index.ts';
import type { TrainingSummary } from '#lib/ml/explain/index.ts';
import {
  calibrateAll,
  calibrateClasses,
  type Calibration,
  type ConformalSets,
  type MulticlassCalibration,
} from '#lib/ml/evaluate/index.ts';

export const taskNames = ['engagement-level', 'badge-chance', 'at-risk'] as const;
export type TaskName = (typeof taskNames)[number];

export const engagementLevels = ['inactive', 'low', 'medium', 'high', 'legendary'] as const;
export type EngagementLevel = (typeof engagementLevels)[number];

/** What a task fixed at training besides its model. */
export interface TaskFacts {
  /** engagement-level: where low, medium and high end. */
  readonly thresholds?: Float64Array;
  /** badge-chance: the badges learnt from, and how often each was earned within the horizon. */
  readonly badgeIds?: readonly string[];
  readonly badgeRates?: Float64Array;
  /** at-risk: the numbers known at enrolment that it reads. */
  readonly background?: readonly string[];
}

/** From a model's probabilities to calibrated ones: of yes or no, or of several classes. */
export type TaskCalibration =
  | { readonly of: 'probability'; readonly map: Calibration }
  | { readonly of: 'classes'; readonly map: MulticlassCalibration };

/** All that scoring needs, in one record. */
export interface TaskModel {
  readonly kind: 'task-model';
  readonly version: 2;
  readonly task: TaskName;
  /** Of the feature catalogue; a model refuses values of another. */
  readonly catalogueVersion: number;
  /** What each column of its input is. */
  readonly columns: readonly string[];
  readonly model: Model;
  readonly calibration: TaskCalibration;
  /** Which classes an answer does not rule out; null for a model from before there were such sets. */
  readonly sets: ConformalSets | null;
  /** How the training rows lay, for a second method that asks the model about rows near by; null as above. */
  readonly summary: TrainingSummary | null;
  readonly facts: TaskFacts;
}

/** Calibrated probabilities: one a row for yes-or-no tasks, rows × classes otherwise, each row summing to 1. */
export function answersOf(
  { model, calibration }: Pick<TaskModel, 'model' | 'calibration'>,
  x: Matrix,
): Float64Array {
  return calibrateAnswers(calibration, probabilitiesOf(model, x), model.outputs);
}

/** @param outputs 1 for yes or no, else the number of classes */
export function calibrateAnswers(
  calibration: TaskCalibration,
  answers: Float64Array,
  outputs: number,
): Float64Array {
  if (calibration.of === 'probability') return calibrateAll(calibration.map, answers);
  return calibrateClasses(calibration.map, answers, outputs);
}

/** @throws TypeError when what was read is no task model of this version */
export function checkTaskModel(value: Encodable, task: TaskName): TaskModel {
  const record = upgraded(value as Partial<TaskModel> | null);
  if (record?.kind !== 'task-model' || record.version !== 2 || record.task !== task)
    throw new TypeError(
      `model: expected a task model of version 1 or 2 for ${task}, got ${describe(record)}`,
    );
  const model = checkModel(record.model);
  const { columns, calibration, sets } = record;
  if (!Array.isArray(columns) || columns.length !== model.columns)
    throw new TypeError(`model.columns: expected ${model.columns} names, got ${columns?.length ?? 'none'}`);
  const expected = model.outputs === 1 ? 'probability' : 'classes';
  if (calibration?.of !== expected)
    throw new TypeError(`model.calibration: expected one of ${expected}, got ${calibration?.of ?? 'none'}`);
  const classes = Math.max(2, model.outputs);
  if (sets && sets.thresholds.length !== classes)
    throw new TypeError(`model.sets: expected ${classes} thresholds, got ${sets.thresholds.length}`);
  return { ...record, model, sets: sets ?? null, summary: record.summary ?? null } as TaskModel;
}

/** A task model of version 1 in the words of version 2: it had one map an answer and no sets. */
function upgraded(record: Partial<TaskModel> | null): Partial<TaskModel> | null {
  const old = record as { readonly version?: number; readonly calibrations?: readonly Calibration[] } | null;
  if (old?.version !== 1 || !Array.isArray(old.calibrations) || old.calibrations.length === 0) return record;
  const { calibrations, ...rest } = old;
  const calibration: TaskCalibration =
    calibrations.length === 1
      ? { of: 'probability', map: calibrations[0] }
      : { of: 'classes', map: { kind: 'per-class', version: 1, maps: calibrations } };
  return { ...rest, version: 2, calibration, sets: null } as Partial<TaskModel>;
}

function describe(record: Partial<TaskModel> | null): string {
  return [record?.kind, record?.version, record?.task].map(String).join(' ');
}
