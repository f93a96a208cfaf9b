import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join } from 'node:path';
import { build } from 'vite';
import { compiledAtOnce } from '../../src/lib/client/compiled-at-once.ts';

// A page of the tests or of a bench in a real browser: built as the app is built, served without the app.

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** Builds the page whose index.html lies in `root` into `folder`. */
export async function buildPage(root: string, folder: string): Promise<void> {
  await build({
    ...{ root, configFile: false, logLevel: 'error' },
    worker: { rolldownOptions: compiledAtOnce },
    build: {
      ...{ outDir: folder, emptyOutDir: true, target: 'es2023', chunkSizeWarningLimit: 2000 },
      // What runs in a page here runs in a worker there.
      rolldownOptions: compiledAtOnce,
    },
  });
}

/** Serves the built page and `files`, by their paths, on a free port. @param headers of every answer */
export async function servePage(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly server: Server; readonly address: string }> {
  const known = new Map(files);
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (extname(file)) known.set(`/${file}`, readFileSync(join(folder, file)));
  const server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '');
    const bytes = known.get(path);
    const type = types[extname(path)] ?? 'application/octet-stream';
    response.writeHead(bytes ? 200 : 404, { ...headers, 'content-type': type });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = server.address();
  if (port === null || typeof port === 'string') throw new Error('server: expected a port');
  return { server, address: `http://127.0.0.1:${port.port}/` };
}
