import { expect, test } from 'vitest';
import postgres from 'postgres';
import { checkServer } from '#lib/server/platform/db/check.ts';
import { testDatabase } from '../support/database.ts';

const database = await testDatabase();

test('an ordinary role passes without a word', async () => {
  const warnings: unknown[] = [];
  await checkServer(database.url, { warn: (...words: unknown[]) => void warnings.push(words) });
  expect(warnings).toEqual([]);
});

test('a server that does not answer fails with its address in the error', async () => {
  const url = 'postgres://merito:secret@127.0.0.1:1/merito';
  const failure = await checkServer(url, { warn: () => undefined }).catch((error: unknown) => error);
  expect(String(failure)).toContain('127.0.0.1:1');
  expect(String(failure)).not.toContain('secret');
  expect(failure).not.toBeInstanceOf(postgres.PostgresError);
});
