import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';

// A PostgreSQL that loses its process as by a power cut of the database, and comes back on the same address.

/** Ends the server in `folder` at once, without writing anything back. */
export async function crashPostgres(folder: string): Promise<void> {
  const pid = Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(pid, 'SIGQUIT');
  for (let attempt = 0; isAlive(pid) && attempt < 500; attempt++) await pause(10);
}

function isAlive(pid: number): boolean {
  const status = `/proc/${pid}/stat`;
  return existsSync(status) && !readFileSync(status, 'utf8').includes(') Z ');
}

/** Starts it again as it had been started; resolves once it answers. */
export async function revivePostgres(folder: string, url: string): Promise<() => Promise<void>> {
  const data = join(folder, 'data');
  const command = readFileSync(join(data, 'postmaster.opts'), 'utf8').trim();
  const [program = '', ...args] = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  const { uid, gid } = statSync(data);
  const server = spawn(program, args, { uid, gid, cwd: folder, stdio: 'ignore' });
  await untilReady(url);
  return async () => {
    const ended = new Promise((end) => server.once('exit', end));
    server.kill('SIGINT');
    await ended;
  };
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const probe = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => undefined });
    const isReady = await probe`select 1`.then(
      () => true,
      () => false,
    );
    await probe.end({ timeout: 1 });
    if (isReady) return;
    await pause(50);
  }
  throw new Error('postgres did not come back within 15 seconds');
}

function pause(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}
