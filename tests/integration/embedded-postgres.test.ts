import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checkServer } from '#lib/server/platform/db/check.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#lib/server/platform/embedded-postgres.ts';

const isRoot = process.getuid?.() === 0;
const ordinary = { uid: 65534, gid: 65534 };
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function newFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'merito-embedded-'));
  chmodSync(made, 0o755);
  undo.push(() => rmSync(made, { recursive: true, force: true }));
  return join(made, 'postgres');
}

const prepared = mkdtempSync(join(tmpdir(), 'merito-prepared-'));

beforeAll(async () => {
  chmodSync(prepared, 0o755);
  await (await startEmbeddedPostgres(prepared)).stop();
});

afterAll(() => rmSync(prepared, { recursive: true, force: true }));

/** A folder used before: making a cluster takes seconds, copying one does not. */
function folder(): string {
  const at = newFolder();
  const copy = spawnSync('cp', ['-a', prepared, at], { encoding: 'utf8' });
  if (copy.status !== 0) throw new Error(copy.stderr);
  return at;
}

async function started(at: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(at);
  undo.push(() => server.stop());
  return server;
}

async function ask<T>(url: string, question: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
  try {
    return await question(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const codeOf = (failure: unknown) => (failure as { code?: string }).code;

/** A second process that uses the server of a folder. */
async function companion(at: string, identity = {}): Promise<{ child: ChildProcess; url: string }> {
  const script = join(import.meta.dirname, '../support/embedded-postgres-process.ts');
  const child = spawn(process.execPath, [script, at], { ...identity, stdio: ['pipe', 'pipe', 'inherit'] });
  undo.push(() => child.kill('SIGKILL'));
  const line = await Promise.race([
    once(child.stdout, 'data').then(([chunk]) => String(chunk).trim()),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`companion ended with ${code}`))),
  ]);
  return { child, url: line };
}

async function dismiss(child: ChildProcess): Promise<void> {
  child.stdin?.write('stop\n');
  await once(child, 'exit');
}

const processOf = (at: string) =>
  Number(readFileSync(join(at, 'data/postmaster.pid'), 'utf8').split('\n')[0]);

describe('two processes on one folder', () => {
  test('share one server, and the one that leaves first does not stop it', async () => {
    const at = folder();
    const first = await started(at);
    const { child, url } = await companion(at);
    expect(url).toBe(first.url);
    await dismiss(child);
    expect(await ask(first.url, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
    await first.stop();
    expect(existsSync(join(at, 'data/postmaster.pid'))).toBe(false);
  });

  test('that start at the same moment on a new folder end up with one server', async () => {
    const at = newFolder();
    const [one, two, here] = await Promise.all([companion(at), companion(at), started(at)]);
    expect(new Set([one.url, two.url, here.url]).size).toBe(1);
    await here.stop();
    await dismiss(one.child);
    expect(await ask(two.url, (sql) => sql`select 1 as one`)).toHaveLength(1);
    await dismiss(two.child);
    expect(existsSync(join(at, 'data/postmaster.pid'))).toBe(false);
  });
});

describe('after kill -9', () => {
  test('of the process that started it, the next one adopts the server with its data and can stop it', async () => {
    const at = folder();
    const { child, url } = await companion(at);
    await ask(url, (sql) => sql`create table kept as select 42 as answer`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const orphan = processOf(at);
    const next = await started(at);
    expect(next.url).toBe(url);
    expect(processOf(at)).toBe(orphan);
    expect(await ask(next.url, (sql) => sql`select answer from kept`)).toEqual([{ answer: 42 }]);
    await next.stop();
    expect(existsSync(join(at, 'data/postmaster.pid'))).toBe(false);
  });

  test('of everything, the next start recovers each committed row', async () => {
    const at = folder();
    const { child, url } = await companion(at);
    await ask(url, async (sql) => {
      await sql`create table kept (n int)`;
      for (let n = 0; n < 20; n++) await sql`insert into kept values (${n})`;
      process.kill(processOf(at), 'SIGKILL');
      child.kill('SIGKILL');
    });
    const next = await started(at);
    expect(await ask(next.url, (sql) => sql`select count(*)::int as count from kept`)).toEqual([
      { count: 20 },
    ]);
  });

  test('a stale lock file that names a living stranger and its port is no obstacle', async () => {
    const at = folder();
    const first = await started(at);
    const left = readFileSync(join(at, 'data/postmaster.pid'), 'utf8').split('\n');
    await first.stop();
    const stranger = [String(process.pid), ...left.slice(1)].join('\n');
    writeFileSync(join(at, 'data/postmaster.pid'), stranger);
    const next = await started(at);
    expect(await ask(next.url, (sql) => sql`select 1 as one`)).toHaveLength(1);
  });
});

describe('doors of the server', () => {
  test('nobody enters without the password, and the app is no superuser', async () => {
    const { url } = await started(folder());
    for (const [user, password] of [
      ['postgres', ''],
      ['postgres', 'postgres'],
      ['merito', 'merito'],
    ]) {
      const stranger = new URL(url);
      stranger.username = user;
      stranger.password = password;
      const failure = await ask(stranger.href, (sql) => sql`select 1`).catch((error: unknown) => error);
      expect(['28P01', 'SASL_SIGNATURE_MISMATCH', '28000']).toContain(codeOf(failure));
    }
    const roles = await ask(
      url,
      (sql) => sql`select rolsuper, rolbypassrls from pg_roles where rolname = current_user`,
    );
    expect(roles).toEqual([{ rolsuper: false, rolbypassrls: false }]);
    expect(await ask(url, (sql) => sql`show listen_addresses`)).toEqual([{ listen_addresses: '127.0.0.1' }]);
  });

  test('a superuser as DATABASE_URL is warned of: row-level security does not bind it', async () => {
    const at = folder();
    const { url } = await started(at);
    const admin = new URL(url);
    admin.username = 'postgres';
    admin.password = JSON.parse(readFileSync(join(at, 'passwords.json'), 'utf8')).postgres;
    const warnings: unknown[][] = [];
    const log = { warn: (...words: unknown[]) => void warnings.push(words) };
    await checkServer(admin.href, log);
    expect(warnings).toEqual([
      [{ role: 'postgres' }, expect.stringContaining('bypasses row-level security')],
    ]);
  });

  test('the passwords are readable by their owner alone, and a lost file is replaced', async () => {
    const at = folder();
    const first = await started(at);
    await ask(first.url, (sql) => sql`create table kept as select 1 as one`);
    await first.stop();
    const file = join(at, 'passwords.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    rmSync(file);
    const next = await started(at);
    expect(next.url).not.toBe(first.url);
    expect(await ask(next.url, (sql) => sql`select one from kept`)).toEqual([{ one: 1 }]);
  });
});

test('a folder of another major version is refused with both versions named', async () => {
  const at = folder();
  await (await started(at)).stop();
  writeFileSync(join(at, 'data/PG_VERSION'), '15\n');
  await expect(startEmbeddedPostgres(at)).rejects.toThrow(/expected 18, .* got 15.*DATABASE_URL/s);
});

const checkout = join(import.meta.dirname, '../..');
const parents = (path: string): string[] =>
  path === dirname(path) ? [path] : [path, ...parents(dirname(path))];
const isCheckoutOpen = parents(checkout).every((path) => statSync(path).mode & 0o001);

describe.runIf(isRoot)('started by root', () => {
  test('the server runs as an ordinary user', async () => {
    const at = folder();
    await started(at);
    expect(statSync(`/proc/${processOf(at)}`).uid).toBe(ordinary.uid);
  });

  test('below a home closed to others the data moves to /var/lib/merito', async () => {
    const closed = mkdtempSync(join(tmpdir(), 'merito-closed-'));
    undo.push(() => rmSync(closed, { recursive: true }));
    const moved = join('/var/lib/merito', join(closed, 'postgres').replaceAll('/', '-'));
    undo.push(() => rmSync(moved, { recursive: true, force: true }));
    const server = await started(join(closed, 'postgres'));
    expect(await ask(server.url, (sql) => sql`select 1 as one`)).toHaveLength(1);
    expect(existsSync(join(moved, 'data/PG_VERSION'))).toBe(true);
  });

  // Started by an ordinary user, every other test of this file says the same.
  test.runIf(isCheckoutOpen)('an ordinary user runs it, and root later uses the same folder', async () => {
    const at = newFolder();
    mkdirSync(at);
    chownSync(at, ordinary.uid, ordinary.gid);
    const { child, url } = await companion(at, ordinary);
    await ask(url, (sql) => sql`create table kept as select 7 as seven`);
    await dismiss(child);
    expect(statSync(join(at, 'data')).uid).toBe(ordinary.uid);
    const asRoot = await started(at);
    expect(await ask(asRoot.url, (sql) => sql`select seven from kept`)).toEqual([{ seven: 7 }]);
  });
});
