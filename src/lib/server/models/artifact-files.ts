import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';

/** Thrown when an artifact on disk is not what was written. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
}

const manifestFile = 'manifest.json';
const manifestSchema = z.strictObject({
  version: z.literal(1),
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
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

/** Writes all files and their manifest or none: into a temporary folder, flushed to disk, then renamed. */
export async function writeArtifactFiles(
  root: string,
  folder: string,
  contents: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  const target = artifactFolder(root, folder);
  const temporary = `${target}.partial`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const entries = Object.entries(contents);
  for (const [file, content] of entries) {
    const path = join(temporary, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFlushed(path, content);
  }
  const sums = Object.fromEntries(entries.map(([file, content]) => [file, sha256(content)]));
  const manifest = { version: 1, files: sums };
  await writeFlushed(join(temporary, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`);
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

/**
 * Files of an artifact, in the order asked for, each checked against the manifest.
 * @throws ArtifactError that names file and cause
 */
export async function readArtifactFiles(
  root: string,
  folder: string,
  files: readonly string[],
): Promise<Uint8Array[]> {
  const path = artifactFolder(root, folder);
  return inArtifact(folder, async () => {
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(path, manifestFile), 'utf8')));
    return Promise.all(files.map((file) => readChecked(join(path, file), file, manifest.files[file])));
  });
}

async function readChecked(path: string, file: string, expected: string | undefined): Promise<Uint8Array> {
  if (expected === undefined) throw new ArtifactError(`${file}: expected it in the manifest, got none`);
  const bytes = await readFile(path);
  const found = sha256(bytes);
  if (found !== expected) throw new ArtifactError(`${file}: expected SHA-256 ${expected}, got ${found}`);
  return bytes;
}

/** Whatever goes wrong while an artifact is read is said of the artifact. */
export async function inArtifact<T>(folder: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ArtifactError && error.message.startsWith(`artifact ${folder}: `)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ArtifactError(`artifact ${folder}: ${reason}`, { cause: error });
  }
}
