import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePages } from '../../src/cli/build-pages.ts';

// Two real servers from the production build, each with a PostgreSQL of its own in a fresh folder:
// an empty one that a person sets up, and a small demo school.

const readyWithinMs = 240_000;

interface Server {
  readonly process: ChildProcess;
  /** Everything printed up to the line that says it is ready. */
  readonly ready: Promise<string>;
}

function start(args: readonly string[], environment: Record<string, string>, isReady: RegExp): Server {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, LOG_LEVEL: 'warn', NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { process: child, ready: untilPrinted(child, isReady) };
}

/** Resolves with everything printed up to the first match of `pattern`. */
function untilPrinted(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((done, failed) => {
    let output = '';
    const timer = setTimeout(
      () => failed(new Error(`the server printed no ${pattern} in time:\n${output}`)),
      readyWithinMs,
    );
    child.once('exit', (code) => failed(new Error(`the server ended with code ${code}:\n${output}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (!pattern.test(output)) return;
      clearTimeout(timer);
      done(output);
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((ended) => {
    child.once('exit', () => ended());
    child.kill('SIGTERM');
  });
}

// As small as a school may be that still has a past to learn from, and 200 learners to check the small model on.
const smallDemo = ['demo', '--learners', '200', '--classes', '8', '--years', '2', '--seed', '7', '--no-live'];

export default async function startSchools(): Promise<() => Promise<void>> {
  // Before two servers read them: either would build stale pages anew under the other.
  await ensurePages();
  const folder = mkdtempSync(join('/tmp', 'merito-e2e-'));
  // PostgreSQL runs as nobody when root starts it, and must be able to walk in.
  chmodSync(folder, 0o755);
  const place = (name: string, port: string) => ({
    MERITO_DATA: join(folder, name),
    MERITO_ARTIFACTS: join(folder, name, 'models'),
    PORT: port,
  });
  const freshPort = process.env.MERITO_E2E_PORT ?? '3999';
  const demoPort = process.env.MERITO_E2E_DEMO_PORT ?? '3998';
  const fresh = start(['src/server.ts'], place('fresh', freshPort), /Set one up at (\S+)/);
  const demo = start(['src/cli/main.ts', ...smallDemo], place('demo', demoPort), /Ctrl\+C stops it/);
  const stopAll = async () => {
    await Promise.all([stop(fresh.process), stop(demo.process)]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [freshOutput, demoOutput] = await Promise.all([fresh.ready, demo.ready]);
    Object.assign(process.env, {
      MERITO_E2E_SETUP_URL: /Set one up at (\S+)/.exec(freshOutput)?.[1] ?? '',
      MERITO_E2E_DATA: join(folder, 'fresh'),
      MERITO_E2E_DEMO_URL: `http://localhost:${demoPort}`,
      MERITO_E2E_DEMO_OUTPUT: demoOutput,
    });
  } catch (error) {
    await stopAll();
    throw error;
  }
  return stopAll;
}
