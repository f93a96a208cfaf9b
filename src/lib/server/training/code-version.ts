import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The package's version, with the commit when the project lies in a git checkout: `0.1.0+3fa9c1d`. */
export async function codeVersion(root: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  const commit = await headCommit(join(root, '.git'));
  return commit ? `${manifest.version}+${commit.slice(0, 7)}` : manifest.version;
}

async function headCommit(folder: string): Promise<string | null> {
  const head = await readIfThere(join(folder, 'HEAD'));
  if (!head) return null;
  if (!head.startsWith('ref: ')) return head;
  const name = head.slice('ref: '.length);
  const loose = await readIfThere(join(folder, name));
  if (loose) return loose;
  const packed = (await readIfThere(join(folder, 'packed-refs'))) ?? '';
  return (
    packed
      .split('\n')
      .find((line) => line.endsWith(` ${name}`))
      ?.split(' ')[0] ?? null
  );
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
