import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileKernels } from '../../scripts/build-kernels.ts';

test('committed kernels are what the compiler makes of their sources', async () => {
  const kernels = await compileKernels();
  expect(kernels.length).toBeGreaterThan(0);
  for (const { path, text } of kernels) expect(readFileSync(path, 'utf8'), path).toBe(text);
});

// Browsers compile no larger module on their main thread without waiting; predicting does not wait.
test('the predicting kernel is below 4 KiB', async () => {
  const { predictCode } = await import('#lib/ml/trees/engine/predict-code.ts');
  expect(atob(predictCode).length).toBeLessThan(4096);
});
