import { and, desc, eq, inArray, ne, sql } from 'drizzle-orm';
import { catalogueVersion } from '#lib/domain/features/index.ts';
import { decodeStudent, type Student } from '#lib/ml/distil/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { modelVersions } from '#lib/server/platform/db/schema.ts';
import { ArtifactError, readArtifactFiles, versionOf, writeArtifactFiles } from './artifact-files.ts';
import { artifactPlace } from './artifact-place.ts';
import { loadChampion, type ModelCard, retireChampion } from './registry.ts';

/** What the small model for the browser is called among the school's models. It answers no task: it imitates one. */
export const previewTask = 'badge-preview';
/** The task whose champion it imitates. */
export const imitatedTask = 'badge-chance';

/** What the browser may fetch: the flat file, and the same weights as a LayersModel of tfjs. */
export const previewFiles = ['preview.bin', 'model.json', 'weights.bin'] as const;
export type PreviewFile = (typeof previewFiles)[number];

/** The small model that imitates the present champion of badge-chance. */
export interface PreviewModel {
  readonly version: string;
  /** The champion's version. */
  readonly imitates: string;
  readonly student: Student;
}

export interface NewPreviewModel {
  readonly files: Readonly<Record<PreviewFile, Uint8Array>>;
  /** Says in `imitates` which version it learnt from. */
  readonly card: ModelCard & { readonly imitates: string };
  /** Champion when it may be shown, refused when it is too far from what it imitates. */
  readonly status: 'champion' | 'refused';
  readonly message: string;
  readonly at: Date;
}

/** Writes the artifact, then registers it in the caller's transaction; a new one that may be shown retires the one before. */
export async function savePreviewModel(
  scope: SchoolScope,
  root: string,
  { files, card, status, message, at }: NewPreviewModel,
): Promise<string> {
  const version = versionOf(files['preview.bin'], at);
  const folder = `${scope.schoolId}/${previewTask}/${version}`;
  await writeArtifactFiles(root, folder, { ...files, 'card.json': `${JSON.stringify(card, null, 2)}\n` });
  if (status === 'champion') await retireChampion(scope, previewTask);
  await scope.tx.insert(modelVersions).values({
    schoolId: scope.schoolId,
    task: previewTask,
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
 * The sound small model that imitates the champion of badge-chance as it is now, retired or not: a champion that a person
 * put back to work finds its own again. Null when there is none; the page then shows what the server reckoned.
 */
export async function loadPreviewModel(scope: SchoolScope): Promise<PreviewModel | null> {
  const champion = await loadChampion(scope, imitatedTask);
  if (!champion || champion.model.catalogueVersion !== catalogueVersion) return null;
  for (const { version, folder } of await imitatorsOf(scope, champion.version)) {
    const student = await loadOnce(scope.schoolId, version, folder);
    if (student) return { version, imitates: champion.version, student };
  }
  return null;
}

/** The newest first, without those refused. */
async function imitatorsOf(scope: SchoolScope, champion: string) {
  return scope.tx
    .select({ version: modelVersions.version, folder: modelVersions.folder })
    .from(modelVersions)
    .where(
      and(
        eq(modelVersions.schoolId, scope.schoolId),
        eq(modelVersions.task, previewTask),
        inArray(modelVersions.status, ['champion', 'retired']),
        eq(sql`${modelVersions.card} ->> 'imitates'`, champion),
      ),
    )
    .orderBy(desc(modelVersions.trainedAt));
}

// As champions are: read once, a damaged one reported once.
const loaded = new Map<string, Promise<Student | null>>();
const mostLoaded = 200;

function loadOnce(schoolId: number, version: string, folder: string): Promise<Student | null> {
  const { root, log } = artifactPlace();
  const key = `${root} ${schoolId} ${version}`;
  const known = loaded.get(key);
  if (known) return known;
  if (loaded.size >= mostLoaded) loaded.clear();
  const loading = readStudent(root, folder).catch((error: unknown) => {
    log.error({ err: error, schoolId, version }, 'a preview model is damaged and stays out');
    return null;
  });
  loaded.set(key, loading);
  return loading;
}

async function readStudent(root: string, folder: string): Promise<Student> {
  const [bytes] = await readArtifactFiles(root, folder, ['preview.bin']);
  return decodeStudent(bytes);
}

/** Reads every preview model from disk again: after a damaged file was put right, and between tests. */
export function forgetLoadedPreviews(): void {
  loaded.clear();
}

/**
 * A file of a version as it was written, retired ones too: a page that is open goes on with what it began with.
 * Null when the school has no such version, and when the file is not what was written.
 */
export async function readPreviewFile(
  scope: SchoolScope,
  version: string,
  file: PreviewFile,
): Promise<Uint8Array | null> {
  const [found] = await scope.tx
    .select({ folder: modelVersions.folder })
    .from(modelVersions)
    .where(
      and(
        eq(modelVersions.schoolId, scope.schoolId),
        eq(modelVersions.task, previewTask),
        eq(modelVersions.version, version),
        ne(modelVersions.status, 'refused'),
      ),
    );
  if (!found) return null;
  const { root, log } = artifactPlace();
  try {
    const [bytes] = await readArtifactFiles(root, found.folder, [file]);
    return bytes;
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    log.error({ err: error, schoolId: scope.schoolId, version, file }, 'a preview model is damaged');
    return null;
  }
}
