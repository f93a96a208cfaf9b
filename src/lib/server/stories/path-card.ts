import { type PathCard, pathCardSchema } from '../models/card.ts';
import { listModels } from '../models/registry.ts';
import { pathTask } from '../paths/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { type VersionRow, versionRow } from './model-cards.ts';

export type { PathCard } from '../models/card.ts';

/** The model that places learners, as admins see it. */
export interface PathView {
  /** The one in use, or else the last one, which was refused; null before the first. */
  readonly latest: {
    readonly isInUse: boolean;
    readonly trainedAt: Date;
    readonly card: PathCard;
  } | null;
  /** The newest first. */
  readonly versions: readonly VersionRow[];
}

/** @throws ZodError for a card that lacks what cards hold */
export async function loadPathView(scope: SchoolScope): Promise<PathView> {
  const own = (await listModels(scope)).filter(({ task }) => task === pathTask);
  const latest = own.find(({ status }) => status === 'champion') ?? own.at(0);
  return {
    latest: latest
      ? {
          isInUse: latest.status === 'champion',
          trainedAt: latest.trainedAt,
          card: pathCardSchema.parse(latest.card),
        }
      : null,
    versions: own.map(versionRow),
  };
}
