import { readConfig } from '#lib/server/platform/config.ts';
import { createLog, type Log } from '#lib/server/platform/log.ts';

let known: { readonly folder: string | undefined; readonly root: string; readonly log: Log } | null = null;

/** Where artifacts lie. Scoring runs wherever a school's transaction runs, so this asks the settings, not a caller. */
export function artifactPlace(): { readonly root: string; readonly log: Log } {
  const folder = process.env.MERITO_ARTIFACTS;
  if (known && known.folder === folder) return known;
  const config = readConfig(process.env);
  known = { folder, root: config.artifactFolder, log: createLog(config.logLevel) };
  return known;
}
