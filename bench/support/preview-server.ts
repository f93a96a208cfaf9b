import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage, servePage } from '../../tests/support/built-page.ts';

const root = join(import.meta.dirname, 'preview-page');
const wasmFolder = join(import.meta.dirname, '../../node_modules/@tensorflow/tfjs-backend-wasm/dist');

/** Only isolated pages measure time to 5 µs. */
const isolated = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Builds the page of the bench into `folder` and serves it with `files` and the code of tfjs' wasm backend. */
export async function servePreviewPage(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): ReturnType<typeof servePage> {
  await buildPage(root, folder);
  const wasm = readdirSync(wasmFolder)
    .filter((file) => file.endsWith('.wasm'))
    .map((file) => [`/${file}`, readFileSync(join(wasmFolder, file))] as const);
  return servePage(folder, new Map([...files, ...wasm]), isolated);
}
