import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

// Two real servers from the production build, each with a PostgreSQL of its own in a fresh folder:
// an empty one that a person sets up, and a small demo school.

const readyWithinMs = 240_000;

interface Started {
  readonly process: ChildProcess;
  readonly output: string;
}

function start(args: readonly string[], environment: Record<string, string>): ChildProcess {
  return spawn(process.execPath, args, {
    env: { ...process.env, LOG_LEVEL: 'warn', NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Resolves with everything printed up to the first match of `pattern`. */
function untilPrinted(child: ChildProcess, pattern: RegExp): Promise<Started> {
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
      done({ process: child, output });
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((ended) => {
    child.removeAllListeners('exit');
    child.once('exit', () => ended());
    child.kill('SIGTERM');
  });
}

export default async function startSchools(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join('/tmp', 'merito-e2e-'));
  const place = (name: string) => ({
    MERITO_DATA: join(folder, name),
    MERITO_ARTIFACTS: join(folder, name, 'models'),
  });
  const ports = {
    fresh: process.env.MERITO_E2E_PORT ?? '3999',
    demo: process.env.MERITO_E2E_DEMO_PORT ?? '3998',
  };
  const fresh = await untilPrinted(
    start(['src/server.ts'], { ...place('fresh'), PORT: ports.fresh }),
    /Set one up at (\S+)/,
  );
  const small = [
    'src/cli/main.ts',
    'demo',
    '--learners',
    '80',
    '--classes',
    '6',
    '--years',
    '1',
    '--seed',
    '7',
    '--quiet-trickle',
  ];
  const demo = await untilPrinted(start(small, { ...place('demo'), PORT: ports.demo }), /Ctrl\+C stops it/);
  process.env.MERITO_E2E_SETUP_URL = /Set one up at (\S+)/.exec(fresh.output)?.[1] ?? '';
  process.env.MERITO_E2E_DATA = join(folder, 'fresh');
  process.env.MERITO_E2E_DEMO_URL = `http://localhost:${ports.demo}`;
  process.env.MERITO_E2E_DEMO_DATA = join(folder, 'demo');
  process.env.MERITO_E2E_DEMO_OUTPUT = demo.output;
  return async () => {
    await Promise.all([stop(fresh.process), stop(demo.process)]);
    rmSync(folder, { recursive: true, force: true });
  };
}
