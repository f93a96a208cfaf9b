import type { BoostingModel } from '../model.ts';

/** A model read from a file of another library. */
export interface ForeignModel {
  readonly model: BoostingModel;
  /** What the file calls its columns; null when it names none. */
  readonly names: readonly string[] | null;
  /** The library and, where the file tells it, its version: `XGBoost 1.7.4`. */
  readonly madeBy: string;
}
