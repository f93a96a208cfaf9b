import { spawnSync } from 'node:child_process';
import { browserPath } from './support/browser.ts';

// `npm test`: everything a change must pass, in the order in which it fails soonest.

interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const bin = (name: string) => `node_modules/.bin/${name}`;

const steps: readonly Step[] = [
  { name: 'routes and types', command: bin('svelte-kit'), args: ['sync'] },
  { name: 'format', command: bin('prettier'), args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'lint', command: bin('eslint'), args: ['.'] },
  {
    name: 'type check',
    command: bin('svelte-check'),
    args: ['--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human'],
  },
  { name: 'build', command: bin('vite'), args: ['build', '--logLevel', 'warn'] },
  { name: 'unit and integration tests', command: bin('vitest'), args: ['run'] },
  { name: 'browser tests', command: bin('playwright'), args: ['test'] },
];

const browserHelp = `No browser for the tests. Install one of:
  npx playwright install chromium      (downloads Playwright's own)
  apt-get install -y chromium          (Debian or Ubuntu, as root)`;

/** Debian as root can help itself; anyone else is told what to install. */
function ensureBrowser(): boolean {
  if (browserPath()) return true;
  if (process.getuid?.() !== 0) return false;
  process.stdout.write('\n── browser: installing Debian\u2019s chromium\n');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
  ]) {
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
  }
  return browserPath() !== undefined;
}

function runStep(step: Step): boolean {
  process.stdout.write(`\n── ${step.name}\n`);
  const started = performance.now();
  const { status, error } = spawnSync(step.command, step.args, { stdio: 'inherit' });
  if (error) process.stderr.write(`${error.message}\n`);
  process.stdout.write(
    `   ${step.name}: ${status === 0 ? 'ok' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
  );
  return status === 0;
}

function main(): number {
  if (!ensureBrowser()) {
    process.stderr.write(`${browserHelp}\n`);
    return 1;
  }
  const failed = steps.find((step) => !runStep(step));
  process.stdout.write(`\n${failed ? `npm test: FAILED at ${failed.name}` : 'npm test: all passed'}\n`);
  return failed ? 1 : 0;
}

process.exit(main());
