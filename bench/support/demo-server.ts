import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIRequestContext } from '@playwright/test';

/** A demo school on the built pages, and how to enter it. */
export interface DemoServer {
  readonly url: string;
  readonly emails: { readonly admin: string; readonly learner: string };
  readonly password: string;
  stop(): Promise<void>;
}

const readyWithinMs = 600_000;
const small = ['--learners', '120', '--classes', '6', '--years', '2', '--seed', '7', '--no-live'];

/** Starts one in a folder of its own, which goes when it stops. @throws Error when it is not ready in ten minutes */
export async function startDemo(port: number): Promise<DemoServer> {
  const folder = mkdtempSync(join(tmpdir(), 'merito-bench-'));
  // PostgreSQL runs as nobody when root starts it, and must be able to walk in.
  chmodSync(folder, 0o755);
  const child = spawn(process.execPath, ['src/cli/main.ts', 'demo', ...small], {
    env: {
      ...process.env,
      MERITO_DATA: join(folder, 'data'),
      MERITO_ARTIFACTS: join(folder, 'models'),
      PORT: String(port),
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const said = await untilReady(child.stdout);
    const read = (label: string) => new RegExp(`^\\s*${label}\\s+(\\S+)$`, 'm').exec(said)?.[1] ?? '';
    const emails = { admin: read('admin'), learner: read('learner') };
    return { url: `http://localhost:${port}`, emails, password: read('Password'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function untilReady(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((done, failed) => {
    let said = '';
    const timer = setTimeout(
      () =>
        failed(new Error(`demo: expected to be ready in ${readyWithinMs / 60_000} minutes, said ${said}`)),
      readyWithinMs,
    );
    output.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (!said.includes('Ctrl+C stops it')) return;
      clearTimeout(timer);
      done(said);
    });
  });
}

/** Logs in as a browser would; the context keeps the cookie. */
export async function enter(
  request: APIRequestContext,
  url: string,
  email: string,
  password: string,
): Promise<void> {
  const answer = await request.post(`${url}/login`, {
    form: { email, password },
    headers: { origin: url, accept: 'text/html' },
    maxRedirects: 0,
  });
  if (answer.status() !== 303) throw new Error(`log-in: expected status 303, got ${answer.status()}`);
}

/** Waits until the school has its small model. @throws Error after `minutes` */
export async function untilPreviewModel(
  request: APIRequestContext,
  url: string,
  minutes: number,
): Promise<void> {
  for (const end = Date.now() + minutes * 60_000; Date.now() < end;) {
    const page = await (await request.get(`${url}/me/preview.json`)).json();
    if (page.model !== null) return;
    await new Promise((done) => setTimeout(done, 3_000));
  }
  throw new Error(`preview model: expected one within ${minutes} minutes, got none`);
}
