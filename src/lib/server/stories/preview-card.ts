import { type PreviewCard, previewCardSchema } from '../models/card.ts';
import { imitatedTask, loadPreviewModel, previewTask } from '../models/preview-model.ts';
import { listModels, loadChampion, type ModelVersion } from '../models/registry.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { type VersionRow, versionRow } from './model-cards.ts';

export type { PreviewCard } from '../models/card.ts';

/** The small model for the browser, as admins see it. */
export interface PreviewView {
  /** The one that pages think with now; null when none imitates the present champion. */
  readonly shown: { readonly version: string; readonly trainedAt: Date; readonly card: PreviewCard } | null;
  /** Why none is shown: there is nothing to imitate, none was made of the present champion, or it was refused. */
  readonly missing: 'no champion' | 'not made' | 'refused' | null;
  /** The refused one's card, that people may see how far it is. */
  readonly refused: PreviewCard | null;
  readonly versions: readonly VersionRow[];
}

/** @throws ZodError for a card that lacks what cards hold */
export async function loadPreviewView(scope: SchoolScope): Promise<PreviewView> {
  const own = (await listModels(scope)).filter(({ task }) => task === previewTask);
  const champion = await loadChampion(scope, imitatedTask);
  const present = await loadPreviewModel(scope);
  const found = own.find(({ version }) => version === present?.version);
  const refused = found ? undefined : own.find((one) => isRefusedImitator(one, champion?.version));
  return {
    shown: found
      ? { version: found.version, trainedAt: found.trainedAt, card: previewCardSchema.parse(found.card) }
      : null,
    missing: found ? null : reasonOf(champion !== null, refused !== undefined),
    refused: refused ? previewCardSchema.parse(refused.card) : null,
    versions: own.map(versionRow),
  };
}

function isRefusedImitator({ status, card }: ModelVersion, champion: string | undefined): boolean {
  return status === 'refused' && card.imitates === champion;
}

function reasonOf(hasChampion: boolean, isRefused: boolean): PreviewView['missing'] {
  if (!hasChampion) return 'no champion';
  return isRefused ? 'refused' : 'not made';
}
