import { and, eq } from 'drizzle-orm';
import { decodeModel, type Encodable, encodeModel } from '#lib/ml/core/codec.ts';
import { type Autoencoder, checkAutoencoder, layersModelFiles } from '#lib/ml/neural/index.ts';
import {
  inArtifact,
  readArtifactFiles,
  versionOf,
  writeArtifactFiles,
} from '#lib/server/models/artifact-files.ts';
import { artifactPlace } from '#lib/server/models/artifact-place.ts';
import { type ModelCard, retireChampion } from '#lib/server/models/registry.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { modelVersions } from '#lib/server/platform/db/schema.ts';

/** What the model that places learners is called among the school's models. It answers no task. */
export const pathTask = 'learner-paths';

/** The model that places learners now. */
export interface PathModel {
  readonly version: string;
  /** Of the features it reads. */
  readonly catalogueVersion: number;
  readonly autoencoder: Autoencoder;
}

export interface NewPathModel {
  readonly autoencoder: Autoencoder;
  readonly card: ModelCard & { readonly catalogueVersion: number };
  readonly status: 'champion' | 'refused';
  readonly message: string;
  readonly at: Date;
}

/** Writes the artifact, with the network as a LayersModel of tfjs beside it, and registers it in the caller's transaction. */
export async function savePathModel(
  scope: SchoolScope,
  root: string,
  { autoencoder, card, status, message, at }: NewPathModel,
): Promise<string> {
  // An interface is no index signature to TypeScript, though it is plain data all the same.
  const bytes = encodeModel(autoencoder as unknown as Encodable);
  const version = versionOf(bytes, at);
  const folder = `${scope.schoolId}/${pathTask}/${version}`;
  await writeArtifactFiles(root, folder, {
    'paths.bin': bytes,
    ...layersModelFiles(autoencoder.network),
    'card.json': `${JSON.stringify(card, null, 2)}\n`,
  });
  if (status === 'champion') await retireChampion(scope, pathTask);
  await scope.tx.insert(modelVersions).values({
    schoolId: scope.schoolId,
    task: pathTask,
    version,
    status,
    folder,
    card,
    trainedAt: at,
    message,
  });
  return version;
}

/**
 * The model that places learners; null when there is none, or when what lies on disk is not what was written. Its row is
 * held until the transaction ends: a training that would replace it waits for places still being written.
 */
export async function holdPathModel(scope: SchoolScope): Promise<PathModel | null> {
  const [found] = await scope.tx
    .select({ version: modelVersions.version, folder: modelVersions.folder, card: modelVersions.card })
    .from(modelVersions)
    .where(
      and(
        eq(modelVersions.schoolId, scope.schoolId),
        eq(modelVersions.task, pathTask),
        eq(modelVersions.status, 'champion'),
      ),
    )
    .for('share');
  if (!found) return null;
  const { root, log } = artifactPlace();
  try {
    const autoencoder = await readAutoencoder(root, found.folder);
    return { version: found.version, catalogueVersion: Number(found.card.catalogueVersion), autoencoder };
  } catch (error) {
    log.error(
      { err: error, schoolId: scope.schoolId, version: found.version },
      'the model of paths is damaged and places nobody',
    );
    return null;
  }
}

async function readAutoencoder(root: string, folder: string): Promise<Autoencoder> {
  const [bytes] = await readArtifactFiles(root, folder, ['paths.bin']);
  return inArtifact(folder, () => checkAutoencoder(decodeModel(bytes)));
}
