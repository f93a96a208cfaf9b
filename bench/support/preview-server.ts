import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, 'preview-page');
const wasmFolder = join(import.meta.dirname, '../../node_modules/@tensorflow/tfjs-backend-wasm/dist');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** Builds the page of the bench as the app is built. */
export async function buildPage(folder: string): Promise<void> {
  await build({
    ...{ root, configFile: false, logLevel: 'error' },
    build: { outDir: folder, emptyOutDir: true, target: 'es2023', chunkSizeWarningLimit: 2000 },
  });
}

/** Serves the built page and `files`. Isolated, since only then browsers measure time to 5 µs. */
export async function servePage(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<{ readonly server: Server; readonly address: string }> {
  const known = new Map(files);
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (extname(file)) known.set(`/${file}`, readFileSync(join(folder, file)));
  for (const file of readdirSync(wasmFolder))
    if (file.endsWith('.wasm')) known.set(`/${file}`, readFileSync(join(wasmFolder, file)));
  const server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '');
    const bytes = known.get(path);
    response.writeHead(bytes ? 200 : 404, {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = server.address();
  if (port === null || typeof port === 'string') throw new Error('server: expected a port');
  return { server, address: `http://127.0.0.1:${port.port}/` };
}
