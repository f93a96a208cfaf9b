import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compileKernels } from '../../scripts/build-kernels.ts';

it('carries the bytes that the kernels compile to', async () => {
  for (const { path, text } of await compileKernels()) expect(readFileSync(path, 'utf8')).toBe(text);
});
