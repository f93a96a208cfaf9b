import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { codeOf, isAlive, withFolderLock } from './folder-lock.ts';
import { type Binaries, findBinaries, type Identity } from './postgres-binaries.ts';

// A real PostgreSQL beside the app, one to a data folder. Every process that uses it holds a "keeper" connection;
// the last one to leave stops the server. A process that is killed leaves the server running, for the next to find.

export interface EmbeddedPostgres {
  readonly url: string;
  /** Stops the server unless another process still uses it. */
  stop(): Promise<void>;
}

interface Place {
  /** What we keep beside the data: passwords, log, lock. */
  readonly home: string;
  readonly data: string;
  /** Whom the server runs as: itself, but for root, which PostgreSQL refuses. */
  readonly identity: Identity;
}

interface Passwords {
  /** Of the superuser, for this file alone. */
  readonly postgres: string;
  /** Of the role that the app uses. */
  readonly merito: string;
}

// An unprivileged account number that every Unix has.
const nobody = 65534;
const launchAttempts = 5;
const patienceMs = 60_000;
const keeperName = 'merito keeper';

/** Finds or starts the PostgreSQL of `folder`: on loopback, with a password, with its data in the folder. */
export async function startEmbeddedPostgres(folder: string): Promise<EmbeddedPostgres> {
  const place = preparePlace(resolve(folder));
  return withFolderLock(place.home, async () => {
    const port = (await runningPort(place)) ?? (await start(place));
    const passwords = readPasswords(place);
    const keeper = open(adminUrl(passwords, port), { application_name: keeperName });
    await keeper`select 1`;
    let stopped: Promise<void> | undefined;
    return {
      url: `postgres://merito:${passwords.merito}@127.0.0.1:${port}/merito`,
      stop: () => (stopped ??= withFolderLock(place.home, () => leave(place, keeper))),
    };
  });
}

// ── The place ────────────────────────────────────────────────────────────────────────────────────

function preparePlace(folder: string): Place {
  mkdirSync(folder, { recursive: true });
  const isRoot = process.getuid?.() === 0;
  const home = isRoot ? walkableHome(folder) : folder;
  const data = join(home, 'data');
  const owner = statSync(data, { throwIfNoEntry: false });
  if (isRoot) {
    // A folder first used by an ordinary user stays theirs.
    const isTheirs = owner !== undefined && owner.uid !== 0;
    return {
      home,
      data,
      identity: isTheirs ? { uid: owner.uid, gid: owner.gid } : { uid: nobody, gid: nobody },
    };
  }
  if (owner && process.getuid && owner.uid !== process.getuid())
    throw new Error(
      `${data}: expected a folder of user ${process.getuid()}, got one of user ${owner.uid}. ` +
        'Start as the user who started before, or as root, or choose another folder with MERITO_DATA.',
    );
  return { home, data, identity: {} };
}

/** As root the server runs as nobody, who must be able to walk to its folder: below /root it cannot. */
function walkableHome(folder: string): string {
  const isWalkable = parentsOf(folder).every((path) => statSync(path).mode & 0o001);
  const home = isWalkable ? folder : join('/var/lib/merito', folder.replaceAll(/[^A-Za-z0-9.]+/g, '-'));
  mkdirSync(home, { recursive: true });
  chmodSync(home, 0o755);
  return home;
}

function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...parentsOf(parent)];
}

function passwordFile({ home }: Place): string {
  return join(home, 'passwords.json');
}

function readPasswords(place: Place): Passwords {
  const read: Partial<Passwords> = JSON.parse(readFileSync(passwordFile(place), 'utf8'));
  const { postgres: admin, merito } = read;
  if (typeof admin === 'string' && typeof merito === 'string') return { postgres: admin, merito };
  throw new Error(`${passwordFile(place)}: expected the passwords "postgres" and "merito"`);
}

function makePasswords(place: Place): Passwords {
  const secret = () => randomBytes(24).toString('base64url');
  const passwords = { postgres: secret(), merito: secret() };
  const draft = `${passwordFile(place)}.draft`;
  writeFileSync(draft, JSON.stringify(passwords), { mode: 0o600 });
  renameSync(draft, passwordFile(place));
  return passwords;
}

function adminUrl(passwords: Passwords, port: number): string {
  return `postgres://postgres:${passwords.postgres}@127.0.0.1:${port}/postgres`;
}

// ── A server that runs already ───────────────────────────────────────────────────────────────────

/** The port of a living server on this folder; null after clearing away what a dead one left. */
async function runningPort(place: Place): Promise<number | null> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    const left = readPidFile(place);
    if (!left) return null;
    const answer = await probe(place, left.port);
    if (answer === 'ours') return left.port;
    if (!isServerOf(place, left.pid)) {
      rmSync(pidFile(place), { force: true });
      return null;
    }
    if (answer === 'wrong password')
      throw new Error(
        `${place.data}: process ${left.pid} serves this folder with passwords that ${passwordFile(place)} does not ` +
          'hold. Stop that process first.',
      );
    // It starts, recovers after a crash, or is about to end.
    await sleep(50);
  }
  throw new Error(`${place.data}: the server that runs there did not answer within 60 seconds`);
}

function pidFile({ data }: Place): string {
  return join(data, 'postmaster.pid');
}

/** @see https://www.postgresql.org/docs/18/storage-file-layout.html: process number first, port in line four */
function readPidFile(place: Place): { readonly pid: number; readonly port: number } | null {
  if (!existsSync(pidFile(place))) return null;
  const lines = readFileSync(pidFile(place), 'utf8').split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3] ?? NaN) };
}

/** Only the server of this folder knows its random password, so an answer to it is proof. */
async function probe(place: Place, port: number): Promise<'ours' | 'wrong password' | 'no answer'> {
  if (!Number.isInteger(port) || !existsSync(passwordFile(place))) return 'no answer';
  const sql = open(adminUrl(readPasswords(place), port));
  try {
    await sql`select 1`;
    return 'ours';
  } catch (failure) {
    return codeOf(failure) === '28P01' ? 'wrong password' : 'no answer';
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Numbers of processes are given out again: only a process that names our data folder is our server. */
function isServerOf({ data }: Place, pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return false;
  const proc = `/proc/${pid}/cmdline`;
  if (existsSync('/proc/self/cmdline')) return existsSync(proc) && readFileSync(proc, 'utf8').includes(data);
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.includes(data);
}

// ── A new server ─────────────────────────────────────────────────────────────────────────────────

/** Starts the server, creating its data on the first time, and returns its port. */
async function start(place: Place): Promise<number> {
  const binaries = findBinaries(place.home, place.identity);
  const isNew = !existsSync(place.data);
  if (!isNew) checkVersion(place, binaries);
  if (isNew) initialise(place, binaries, makePasswords(place));
  else if (!existsSync(passwordFile(place))) renewPasswords(place, binaries);
  const port = await launch(place, binaries);
  await ensureOwner(readPasswords(place), port);
  return port;
}

function checkVersion({ data }: Place, { major }: Binaries): void {
  const file = join(data, 'PG_VERSION');
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : 'none';
  if (found === String(major)) return;
  throw new Error(
    `${file}: expected ${major}, the version of the embedded PostgreSQL, got ${found}. Carry the data over with ` +
      `pg_dump from PostgreSQL ${found}, or serve this folder with that version and set DATABASE_URL.`,
  );
}

/** Made beside its place and moved there when whole, so that a kill in between leaves nothing half-made. */
function initialise({ home, data, identity }: Place, { initdb }: Binaries, passwords: Passwords): void {
  const draft = `${data}.draft`;
  const secret = join(home, 'initial-password');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  rmSync(secret, { force: true });
  writeFileSync(secret, passwords.postgres, { mode: 0o600 });
  for (const path of [draft, secret]) giveTo(path, identity);
  const options = [
    '-U',
    'postgres',
    '-E',
    'UTF8',
    '--locale=C',
    '--auth=scram-sha-256',
    `--pwfile=${secret}`,
  ];
  const run = spawnSync(initdb, ['-D', draft, ...options], { ...identity, cwd: home, encoding: 'utf8' });
  rmSync(secret);
  if (run.status !== 0) throw new Error(`initdb failed: ${run.error?.message ?? run.stderr}`);
  renameSync(draft, data);
}

function giveTo(path: string, { uid, gid }: Identity): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

/** Whoever owns the folder owns the database: a lost password file is replaced, without a running server. */
function renewPasswords(place: Place, { postgres: program }: Binaries): void {
  const passwords = makePasswords(place);
  const run = spawnSync(program, ['--single', '-D', place.data, 'postgres'], {
    ...place.identity,
    cwd: place.home,
    encoding: 'utf8',
    input: `alter role postgres password '${passwords.postgres}'\n`,
  });
  if (run.status === 0) return;
  rmSync(passwordFile(place));
  throw new Error(`${place.data}: could not renew the passwords: ${run.error?.message ?? run.stderr}`);
}

/** Another program may take the port first, or the last server may still be on its way out: try again then. */
async function launch(place: Place, binaries: Binaries): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const server = spawnServer(place, binaries, port);
    if (await answers(place, port, server)) {
      server.unref();
      return port;
    }
    if (attempt === launchAttempts)
      throw new Error(`The embedded PostgreSQL did not start:\n${lastWords(place)}`);
    await sleep(200 * attempt);
  }
}

function logFile({ home }: Place): string {
  return join(home, 'postgres.log');
}

function spawnServer(place: Place, { postgres: program }: Binaries, port: number): ChildProcess {
  const doors = join(place.home, 'pg_hba.conf');
  writeFileSync(doors, 'host all all 127.0.0.1/32 scram-sha-256\n', { mode: 0o644 });
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    hba_file: doors,
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: '128MB',
    log_min_messages: 'fatal',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // Its own log, not our stderr, which an orphan would hold open; its own group, or Ctrl-C would reach it before us.
  const log = openSync(logFile(place), 'w', 0o600);
  const server = spawn(program, ['-D', place.data, ...options], {
    ...place.identity,
    cwd: place.home,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return server;
}

/** True once the server answers, false when it has ended. */
async function answers(place: Place, port: number, server: ChildProcess): Promise<boolean> {
  let hasEnded = false;
  server.once('exit', () => (hasEnded = true));
  server.once('error', () => (hasEnded = true));
  const until = performance.now() + patienceMs;
  while (!hasEnded) {
    if ((await probe(place, port)) === 'ours') return true;
    if (performance.now() > until)
      throw new Error(`PostgreSQL did not answer within 60 s:\n${lastWords(place)}`);
    await sleep(25);
  }
  return false;
}

function lastWords(place: Place): string {
  return readFileSync(logFile(place), 'utf8').trim().split('\n').slice(-20).join('\n');
}

/** The app owns its database but is no superuser, so that row-level security binds it. */
async function ensureOwner(passwords: Passwords, port: number): Promise<void> {
  const sql = open(adminUrl(passwords, port));
  try {
    const roles = await sql`select 1 from pg_roles where rolname = 'merito'`;
    if (roles.length === 0) await sql`create role merito login createdb`;
    await sql.unsafe(`alter role merito password '${passwords.merito}'`);
    const databases = await sql`select 1 from pg_database where datname = 'merito'`;
    if (databases.length === 0) await sql`create database merito owner merito`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const listener = createServer();
    listener.once('error', failed);
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      listener.close(() =>
        address && typeof address === 'object' ? found(address.port) : failed(new Error('no free port')),
      );
    });
  });
}

/** One connection for as long as it is wanted: no renewal, no idle end. */
function open(url: string, connection: Readonly<Record<string, string>> = {}): postgres.Sql {
  return postgres(url, {
    max: 1,
    connect_timeout: 15,
    max_lifetime: null,
    onnotice: () => undefined,
    connection,
  });
}

// ── The end ──────────────────────────────────────────────────────────────────────────────────────

async function leave(place: Place, keeper: postgres.Sql): Promise<void> {
  const others = await otherKeepers(keeper);
  await keeper.end({ timeout: 1 });
  const left = readPidFile(place);
  if (others === 0 && left && isServerOf(place, left.pid)) await stopServer(place, left.pid);
}

/** How many other processes use the server; 0 as well when it is gone. */
async function otherKeepers(keeper: postgres.Sql): Promise<number> {
  try {
    const rows = await keeper<{ count: number }[]>`
      select count(*)::int as count from pg_stat_activity
      where application_name = ${keeperName} and pid <> pg_backend_pid()`;
    return rows[0]?.count ?? 0;
  } catch (failure) {
    if (failure instanceof postgres.PostgresError) throw failure;
    return 0;
  }
}

/** A fast shutdown: open transactions roll back, what was committed is on disk. */
async function stopServer(place: Place, pid: number): Promise<void> {
  process.kill(pid, 'SIGINT');
  const until = performance.now() + patienceMs;
  // The server removes its file last. Its process number may linger where nobody reaps orphans.
  while (existsSync(pidFile(place)) && isServerOf(place, pid)) {
    if (performance.now() > until)
      throw new Error(`${place.data}: the server (process ${pid}) did not stop within 60 seconds`);
    await sleep(10);
  }
}
