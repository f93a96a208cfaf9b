import { expect, test } from 'vitest';
import { versionFault } from './check.ts';

test('PostgreSQL 15 and later will do', () => {
  expect([150_000, 150_004, 180_001].map(versionFault)).toEqual([null, null, null]);
});

test('an older one is refused with both versions and a way out', () => {
  expect(versionFault(140_011)).toMatch(/expected PostgreSQL 15 or later, got 14\. Upgrade/);
});
