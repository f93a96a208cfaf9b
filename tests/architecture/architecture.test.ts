import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';
import { allowed, type Layer, layers } from './layers.ts';

const source = 'src';

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(source, join(entry.parentPath, entry.name)));
}

const files = filesBelow(source);
const codeFiles = files.filter((file) => /\.(ts|svelte)$/.test(file));

function placeOf(file: string): { height: number; layer: Layer } | undefined {
  const places = layers.flatMap((row, height) => row.map((layer) => ({ height, layer })));
  const length = ({ layer }: { layer: Layer }) =>
    Math.max(0, ...layer.paths.filter((path) => file.startsWith(path)).map((path) => path.length));
  const best = places.toSorted((a, b) => length(b) - length(a))[0];
  return best && length(best) > 0 ? best : undefined;
}

const importPattern = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)['"]([^'"]+)['"]/g;

/** The files of src/ that `file` imports; packages are left out. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8');
  return [...text.matchAll(importPattern)].flatMap(
    ([, specifier = '']) => resolveImport(file, specifier) ?? [],
  );
}

function resolveImport(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('#lib/')) return `lib/${specifier.slice(5)}`;
  if (specifier.startsWith('$lib')) throw new Error(`${file}: import as #lib/..., not ${specifier}`);
  if (!specifier.startsWith('.')) return undefined;
  const path = normalize(join(dirname(file), specifier));
  // AssemblyScript names its files without an extension.
  if (/\/assembly\//.test(file)) return `${path}.ts`;
  return path.endsWith('$types') || path.endsWith('$types.js') ? undefined : path;
}

function isAllowed(from: string, to: string): boolean {
  return allowed.some((exception) => exception.from === from && exception.to === to);
}

test('every file stands in a layer', () => {
  expect(files.filter((file) => !placeOf(file) && !file.startsWith('lib/index'))).toEqual([]);
});

test('every import names a file that exists', () => {
  const missing = codeFiles.flatMap((file) =>
    importsOf(file)
      .filter((target) => !target.startsWith('../') && !existsSync(join(source, target.split('?')[0] ?? '')))
      .map((target) => `${file} imports ${target}`),
  );
  expect(missing).toEqual([]);
});

test('imports point down', () => {
  const upward = codeFiles.flatMap((file) => {
    const here = placeOf(file);
    return importsOf(file).flatMap((target) => {
      const there = placeOf(target);
      if (!here || !there || here.layer === there.layer || isAllowed(file, target)) return [];
      return there.height >= here.height
        ? [`${file} (${here.layer.name}) imports ${target} (${there.layer.name})`]
        : [];
    });
  });
  expect(upward).toEqual([]);
});

test('nothing the browser loads imports the server', () => {
  const leaking = codeFiles
    .filter((file) => /\.svelte$/.test(file) || /^lib\/(client|components|i18n|domain|ml)\//.test(file))
    .flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith('lib/server/') && !isTypeImport(file, target))
        .map((target) => `${file} imports ${target}`),
    );
  expect(leaking).toEqual([]);
});

/** `import type` is erased before the bundle is made. */
function isTypeImport(file: string, target: string): boolean {
  const text = readFileSync(join(source, file), 'utf8');
  const name = target.replace(/^lib\//, '');
  return text
    .split(';')
    .filter((statement) => statement.includes(name))
    .every((statement) => /import\s+type\b/.test(statement));
}

test('no file imports itself in a circle', () => {
  const graph = new Map(codeFiles.map((file) => [file, importsOf(file)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file) || path.includes(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of codeFiles) visit(file, []);
  expect(circles).toEqual([]);
});

test('learning and domain code ask neither the clock nor unseeded chance', () => {
  const asking = codeFiles
    .filter((file) => /^lib\/(ml|domain|simulator)\//.test(file) && !file.endsWith('.test.ts'))
    .filter((file) =>
      /Math\.random\(|Date\.now\(|new Date\(\)/.test(readFileSync(join(source, file), 'utf8')),
    );
  expect(asking).toEqual([]);
});
