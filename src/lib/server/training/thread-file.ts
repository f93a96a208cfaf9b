import { existsSync } from 'node:fs';
import { join } from 'node:path';

const here = 'src/lib/server/training';

/** A thread's file: beside this one when it runs as source; the pages run as a bundle, and start in the project's root. */
export function threadFile(name: string): string {
  const beside = join(import.meta.dirname, name);
  return existsSync(beside) ? beside : join(process.cwd(), here, name);
}
