import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { BoostingOptions, ForestOptions } from '#lib/ml/trees/index.ts';
import type { TaskName } from '#lib/server/models/task-model.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { Dataset } from './dataset.ts';

export interface CollectOptions {
  /** Nothing from this day on is known. */
  readonly today: SchoolDay;
  readonly seed: number;
  /** 0 to 1. */
  onProgress(share: number): void;
}

/** How a task learns, as data: it goes to the worker as it is. */
export type Method =
  | {
      readonly kind: 'boosting';
      readonly options: Omit<BoostingOptions, 'seed' | 'onRound' | 'validation' | 'kernel'>;
    }
  | { readonly kind: 'forest'; readonly options: Omit<ForestOptions, 'seed' | 'onTree'> };

/** A model task: what it learns from and how. One file each; the index names them all. */
export interface Task {
  readonly name: TaskName;
  readonly method: Method;
  /** Rows of past days with what came after. @throws TooLittleData */
  collect(scope: SchoolScope, options: CollectOptions): Promise<Dataset>;
}
