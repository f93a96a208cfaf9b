import type { BoostingModel, BoostingOptions, CatboostOptions, ForestOptions } from '#lib/ml/trees/index.ts';
import type { BilstmOptions, TransformerOptions } from '#lib/ml/sequence/index.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { TaskName } from '#lib/server/models/task-model.ts';
import type { Dataset } from './dataset.ts';
import type { Flag } from './fairness.ts';

export interface CollectOptions {
  /** Nothing from this day on is known. */
  readonly today: SchoolDay;
  readonly seed: number;
  /** 0 to 1. */
  onProgress(share: number): void;
}

/** How one model learns, as data: it goes to the worker as it is. */
export type MemberMethod =
  | {
      readonly kind: 'boosting';
      readonly options: Omit<BoostingOptions, 'seed' | 'onRound' | 'validation' | 'kernel' | 'crew'>;
    }
  | {
      readonly kind: 'catboost';
      readonly options: Omit<CatboostOptions, 'seed' | 'onRound' | 'validation'>;
    }
  | { readonly kind: 'forest'; readonly options: Omit<ForestOptions, 'seed' | 'onTree' | 'crew'> };

type Told<Options> = Omit<Options, 'seed' | 'counts' | 'kernel' | 'onEpoch'>;

/** How a network over weekly sequences learns. */
export type SequenceMethod =
  | { readonly kind: 'sequence'; readonly family: 'bilstm'; readonly options: Told<BilstmOptions> }
  | { readonly kind: 'sequence'; readonly family: 'transformer'; readonly options: Told<TransformerOptions> };

/** Several that learn and are weighed on learners they did not see; the task serves the stack or its best member. */
export interface StackMethod {
  readonly kind: 'stack';
  readonly folds: number;
  readonly members: readonly { readonly name: string; readonly method: MemberMethod }[];
  /** Networks that join the members if the stack surely answers better with them on the calibration part. */
  readonly networks?: readonly { readonly name: string; readonly method: SequenceMethod }[];
}

/** A model that learned elsewhere and came as a file: nothing is fitted here, all else is as for our own. */
export interface ImportedMethod {
  readonly kind: 'imported';
  readonly model: BoostingModel;
  readonly options: { readonly file: string; readonly sha256: string; readonly madeBy: string };
}

export type Method = MemberMethod | StackMethod | ImportedMethod;

/** A model task: what it learns from and how. One file each; the index names them all. */
export interface Task {
  readonly name: TaskName;
  readonly method: Method;
  /** Which answers people act on: what the fairness report counts as flagged. */
  readonly flag: Flag;
  /** Rows of past days with what came after. @throws TooLittleData */
  collect(scope: SchoolScope, options: CollectOptions): Promise<Dataset>;
}
