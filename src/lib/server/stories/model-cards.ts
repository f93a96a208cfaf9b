import type { Locale } from '#lib/i18n/index.ts';
import { inputName } from '#lib/i18n/model-inputs.ts';
import { type Card, cardSchema } from '../models/card.ts';
import { listModels, type ModelStatus } from '../models/registry.ts';
import { type TaskName, taskNames } from '../models/task-model.ts';
import type { SchoolScope } from '../platform/db/client.ts';

export interface VersionRow {
  readonly version: string;
  readonly status: ModelStatus;
  readonly trainedAt: Date;
  readonly message: string | null;
}

/** A task with the model that scores now and all that came before. */
export interface TaskView {
  readonly task: TaskName;
  readonly champion: { readonly version: string; readonly trainedAt: Date; readonly card: Card } | null;
  readonly importance: readonly { readonly name: string; readonly share: number }[];
  readonly versions: readonly VersionRow[];
}

const importanceShown = 12;

/** Every task of the house, trained or not. @throws ZodError for a card that lacks what cards hold */
export async function loadTasks(scope: SchoolScope, locale: Locale): Promise<TaskView[]> {
  const models = Map.groupBy(await listModels(scope), ({ task }) => task);
  return taskNames.map((task) => {
    const own = models.get(task) ?? [];
    const found = own.find(({ status }) => status === 'champion');
    const card = found && cardSchema.parse(found.card);
    return {
      task,
      champion: found && card ? { version: found.version, trainedAt: found.trainedAt, card } : null,
      importance: (card?.importance ?? []).slice(0, importanceShown).map(({ feature, share }) => ({
        name: inputName(feature, locale) ?? feature,
        share,
      })),
      versions: own.map(({ version, status, trainedAt, message }) => ({
        version,
        status,
        trainedAt,
        message,
      })),
    };
  });
}
