import type { Member, Model } from '#lib/ml/ensemble/index.ts';
import {
  type ExportOptions,
  ModelExportError,
  writeCatboostJson,
  writeLightgbmText,
  writeXgboostJson,
} from '#lib/ml/trees/exchange/index.ts';
import type { BoostingModel } from '#lib/ml/trees/index.ts';
import { loadChampion } from '#lib/server/models/registry.ts';
import type { TaskName } from '#lib/server/models/task-model.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';

const writers: Readonly<Record<string, (model: BoostingModel, options: ExportOptions) => string>> = {
  xgboost: writeXgboostJson,
  lightgbm: writeLightgbmText,
  catboost: writeCatboostJson,
};

export const exportFormats: readonly string[] = Object.keys(writers);

export interface ExportRequest {
  readonly task: TaskName;
  /** One of `exportFormats`; that of the algorithm that grew the trees unless told. */
  readonly format?: string;
  /** Which member, when a stack serves. */
  readonly member?: string;
}

/** The champion's trees as a file of another library. The calibration stays here: no format has a place for it. */
export async function exportChampion(scope: SchoolScope, request: ExportRequest): Promise<string> {
  const champion = await loadChampion(scope, request.task);
  if (!champion) throw new ModelExportError(`model: expected a champion of ${request.task}, got none`);
  const { model, columns } = champion.model;
  const trees = boostingOf(model, request.member);
  const format = request.format ?? trees.family;
  const write = writers[format];
  if (!write)
    throw new ModelExportError(`format: expected one of ${exportFormats.join(', ')}, got ${format}`);
  return write(trees, { names: columns });
}

function boostingOf(model: Model | Member, member: string | undefined): BoostingModel {
  if (model.kind === 'boosting') return model;
  if (model.kind === 'forest')
    throw new ModelExportError('model: expected boosted trees, got a forest, for which there is no format');
  if (model.kind === 'network-member')
    throw new ModelExportError('model: expected boosted trees, got a network, for which there is no format');
  const chosen = model.members[model.names.indexOf(member ?? '')];
  if (chosen) return boostingOf(chosen, undefined);
  throw new ModelExportError(
    `member: expected one of the stack, ${model.names.join(', ')}, got ${member ?? 'none'}`,
  );
}
