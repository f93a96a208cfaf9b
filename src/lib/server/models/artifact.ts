import { decodeModel, type Encodable, encodeModel } from '#lib/ml/core/codec.ts';
import { inArtifact, readArtifactFiles, writeArtifactFiles } from './artifact-files.ts';
import { checkTaskModel, type TaskModel, type TaskName } from './task-model.ts';

export { ArtifactError, artifactFolder, versionOf } from './artifact-files.ts';

const files = ['model.bin', 'card.json'] as const;

export function encodeTaskModel(model: TaskModel): Uint8Array {
  // An interface is no index signature to TypeScript, though it is plain data all the same.
  return encodeModel(model as unknown as Encodable);
}

/** Writes model, card, what lies beside them for other programs, and manifest, or nothing. */
export async function writeArtifact(
  root: string,
  folder: string,
  model: Uint8Array,
  card: Readonly<Record<string, unknown>>,
  beside: Readonly<Record<string, Uint8Array | string>> = {},
): Promise<void> {
  const contents = { 'model.bin': model, 'card.json': `${JSON.stringify(card, null, 2)}\n`, ...beside };
  await writeArtifactFiles(root, folder, contents);
}

/** The model of an artifact, every file checked against the manifest. @throws ArtifactError that names file and cause */
export async function readArtifact(root: string, folder: string, task: TaskName): Promise<TaskModel> {
  const [model] = await readArtifactFiles(root, folder, files);
  return inArtifact(folder, () => checkTaskModel(decodeModel(model), task));
}
