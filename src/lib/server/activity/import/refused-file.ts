import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { importRuns } from '#lib/server/platform/db/schema.ts';
import type { RefusedRow } from './source-file.ts';

type Run = typeof importRuns.$inferSelect;

export interface RefusedFile {
  write(rows: readonly RefusedRow[]): Promise<void>;
}

const header = 'file,line,column,expected,got\n';

/** Where the refused rows of a run lie; the file exists once there is one. */
export function refusedPath(folder: string, run: Pick<Run, 'schoolId' | 'id'>): string {
  return join(folder, `refused-${run.schoolId}-${run.id}.csv`);
}

/** Opens the file to go on after the rows that are committed: what a kill left beyond them comes again. */
export async function openRefusedFile(folder: string, run: Run): Promise<RefusedFile> {
  const path = refusedPath(folder, run);
  await mkdir(folder, { recursive: true });
  if (existsSync(path)) await keepLines(path, run.refused + 1);
  return {
    write: async (rows) => {
      if (rows.length === 0) return;
      const text = rows.map(lineOf).join('');
      await append(path, existsSync(path) ? text : header + text);
    },
  };
}

async function append(path: string, text: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

async function keepLines(path: string, count: number): Promise<void> {
  const partial = `${path}.partial`;
  const target = await open(partial, 'w');
  try {
    let kept = 0;
    for await (const line of createInterface({ input: createReadStream(path) })) {
      if (kept++ >= count) break;
      await target.writeFile(`${line}\n`);
    }
  } finally {
    await target.close();
  }
  await rename(partial, path);
}

function lineOf({ file, line, column, expected, got }: RefusedRow): string {
  return `${[file, String(line), column, expected, got].map(cell).join(',')}\n`;
}

/** One line, quoted where needed, and nothing that a spreadsheet would run as a formula. */
function cell(text: string): string {
  const plain = text.replaceAll(/\p{Cc}+/gu, ' ');
  const harmless = /^[=+\-@]/.test(plain) ? `'${plain}` : plain;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
