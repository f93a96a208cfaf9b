import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { decodeModel, type Encodable, encodeModel } from '#lib/ml/core/codec.ts';
import { checkTaskModel, type TaskModel, type TaskName } from './task-model.ts';

/** Thrown when an artifact on disk is not what was written. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
}

const files = ['model.bin', 'card.json'] as const;
const manifestSchema = z.strictObject({
  version: z.literal(1),
  files: z.strictObject(Object.fromEntries(files.map((file) => [file, z.string().regex(/^[0-9a-f]{64}$/)]))),
});
const segment = /^[a-z0-9][a-z0-9-]{0,79}$/;

/** The folder of one artifact below `root`. @throws ArtifactError for a path that leads anywhere else */
export function artifactFolder(root: string, folder: string): string {
  const path = resolve(root, folder);
  const segments = relative(resolve(root), path).split(sep);
  if (segments.length !== 3 || !segments.every((name) => segment.test(name)))
    throw new ArtifactError(
      `artifact: expected SCHOOL/TASK/VERSION below the artifact folder, got ${JSON.stringify(folder)}`,
    );
  return path;
}

/** Time and content: two trainings never share a version, and the newer sorts last. */
export function versionOf(model: Uint8Array, at: Date): string {
  const time = at.toISOString().replace(/\D/g, '').slice(0, 14);
  return `${time}-${sha256(model).slice(0, 8)}`;
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function encodeTaskModel(model: TaskModel): Uint8Array {
  // An interface is no index signature to TypeScript, though it is plain data all the same.
  return encodeModel(model as unknown as Encodable);
}

/** Writes all three files or none: into a temporary folder, flushed to disk, then renamed. */
export async function writeArtifact(
  root: string,
  folder: string,
  model: Uint8Array,
  card: Readonly<Record<string, unknown>>,
): Promise<void> {
  const target = artifactFolder(root, folder);
  const temporary = `${target}.partial`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const contents = { 'model.bin': model, 'card.json': `${JSON.stringify(card, null, 2)}\n` };
  const sums = Object.fromEntries(files.map((file) => [file, sha256(contents[file])]));
  for (const file of files) await writeFlushed(join(temporary, file), contents[file]);
  const manifest = { version: 1, files: sums };
  await writeFlushed(join(temporary, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(temporary, target);
  await flushFolder(dirname(target));
}

async function writeFlushed(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The model of an artifact, every file checked against the manifest. @throws ArtifactError that names file and cause */
export async function readArtifact(root: string, folder: string, task: TaskName): Promise<TaskModel> {
  const path = artifactFolder(root, folder);
  try {
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(path, 'manifest.json'), 'utf8')));
    const [model] = await Promise.all(
      files.map((file) => readChecked(join(path, file), file, manifest.files[file])),
    );
    return checkTaskModel(decodeModel(model), task);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ArtifactError(`artifact ${folder}: ${reason}`, { cause: error });
  }
}

async function readChecked(path: string, file: string, expected: string): Promise<Uint8Array> {
  const bytes = await readFile(path);
  const found = sha256(bytes);
  if (found !== expected) throw new ArtifactError(`${file}: expected SHA-256 ${expected}, got ${found}`);
  return bytes;
}
