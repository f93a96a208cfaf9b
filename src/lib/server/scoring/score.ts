import type { TaskName } from '#lib/server/models/task-model.ts';
import type { ScoreExplanation } from '#lib/server/platform/db/schema.ts';

/** A model's answer about one learner. */
export interface Score {
  readonly task: TaskName;
  /** The badge for badge-chance, the class for at-risk, empty otherwise. */
  readonly subject: string;
  /** A probability, or the index of the level. */
  readonly value: number;
  readonly label: string | null;
  /** How sure the model is of `label`, or of yes against no: 0.5 to 1 for a probability. */
  readonly confidence: number;
  readonly modelVersion: string;
  readonly explanation: ScoreExplanation;
}
