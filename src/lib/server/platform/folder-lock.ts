import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// Longer than any work under the lock takes: a lock this old whose process number is in use again is abandoned.
const abandonedMs = 120_000;
const patienceMs = 90_000;
const heldHere = new Set<string>();

/** Runs `work` while no other process, nor another call in this one, works under the lock of this folder. */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = join(folder, 'lock');
  await acquire(lock);
  heldHere.add(lock);
  try {
    return await work();
  } finally {
    heldHere.delete(lock);
    rmSync(lock, { force: true });
  }
}

async function acquire(lock: string): Promise<void> {
  const own = `${lock}.${process.pid}`;
  const until = performance.now() + patienceMs;
  while (heldHere.has(lock) || !take(lock, own)) {
    if (performance.now() > until)
      throw new Error(`${lock}: expected to get the lock, but process ${holder(lock)} kept it for 90 s`);
    if (!heldHere.has(lock) && isAbandoned(lock)) breakLock(lock, own);
    else await sleep(20);
  }
}

/** Linking a file that is already written shows the lock to others with its owner inside, or not at all. */
function take(lock: string, own: string): boolean {
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, lock);
    return true;
  } catch (failure) {
    if (codeOf(failure) !== 'EEXIST') throw failure;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Null when the lock was given back meanwhile. */
function holder(lock: string): number | null {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch (failure) {
    if (codeOf(failure) !== 'ENOENT') throw failure;
    return null;
  }
}

function isAbandoned(lock: string): boolean {
  const pid = holder(lock);
  if (pid === null) return false;
  // A container that starts anew may give this process the number of the one that was killed.
  if (pid === process.pid || !isAlive(pid)) return true;
  const age = statSync(lock, { throwIfNoEntry: false });
  return age !== undefined && Date.now() - age.mtimeMs > abandonedMs;
}

/** Moves the lock away; if another process replaced it in between, its lock is put back. */
function breakLock(lock: string, own: string): void {
  const seen = holder(lock);
  const aside = `${own}.broken`;
  try {
    renameSync(lock, aside);
    if (Number(readFileSync(aside, 'utf8')) !== seen) linkSync(aside, lock);
  } catch (failure) {
    if (codeOf(failure) !== 'ENOENT' && codeOf(failure) !== 'EEXIST') throw failure;
  } finally {
    rmSync(aside, { force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (failure) {
    return codeOf(failure) === 'EPERM';
  }
}

export function codeOf(failure: unknown): string | null {
  const code = failure instanceof Error && 'code' in failure ? failure.code : null;
  return typeof code === 'string' ? code : null;
}
