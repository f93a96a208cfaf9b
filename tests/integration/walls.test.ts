import { expect, test } from 'vitest';
import { learners } from '#lib/server/platform/db/schema.ts';
import { addSchool, testDatabase } from '../support/database.ts';

test('a query that forgets its school sees its own school alone, and without a scope nothing', async () => {
  const database = await testDatabase();
  const [first, second] = [await addSchool(database, 'first'), await addSchool(database, 'second')];
  for (const schoolId of [first, second]) {
    await database.withSchool(schoolId, ({ tx }) =>
      tx.insert(learners).values({ schoolId, externalId: 'a1', name: 'Ada', joinedOn: '2026-09-01' }),
    );
  }
  const seen = await database.withSchool(first, ({ tx }) => tx.select().from(learners));
  expect(seen.map((row) => row.schoolId)).toEqual([first]);
  expect(await database.pool`select * from learners`).toHaveLength(0);
});
