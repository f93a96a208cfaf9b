import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const built = 'build/handler.js';
const sources = ['src', 'static', 'package-lock.json', 'svelte.config.js', 'vite.config.ts'];

/** Builds the pages in a process of its own when they are not there or older than their sources. */
export async function ensurePages(): Promise<'built' | 'fresh'> {
  if (existsSync(built) && statSync(built).mtimeMs >= newestSource()) return 'fresh';
  await run(['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error']);
  return 'built';
}

function newestSource(): number {
  return Math.max(...sources.flatMap(filesOf).map((file) => statSync(file).mtimeMs));
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function run(args: readonly string[]): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.once('error', failed);
    child.once('exit', (code) => {
      if (code === 0) return done();
      failed(
        new Error(`The pages could not be built (exit code ${code}):\n${Buffer.concat(output).toString()}`),
      );
    });
  });
}
