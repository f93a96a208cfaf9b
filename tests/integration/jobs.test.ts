import { afterAll, expect, test } from 'vitest';
import { createJobs } from '#lib/server/platform/jobs.ts';
import { createLog } from '#lib/server/platform/log.ts';
import { jobRuns } from '#lib/server/platform/db/schema.ts';
import { addSchool, testDatabase } from '../support/database.ts';

const database = await testDatabase();
const jobs = createJobs(database, createLog('silent'));
afterAll(() => jobs.stop());

async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((wake) => setTimeout(wake, 50));
}

test('a job runs once, tells its progress, and vanishes with the transaction that is rolled back', async () => {
  const schoolId = await addSchool(database);
  const ran: unknown[] = [];
  await jobs.work({
    echo: async (data, run) => {
      await run.progress(0.5, 'half way');
      ran.push(data.word);
      return 'echoed';
    },
  });
  await expect(
    database.withSchool(schoolId, async (scope) => {
      await jobs.enqueue(scope, 'echo', { word: 'never' }, 'test');
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  await database.withSchool(schoolId, (scope) => jobs.enqueue(scope, 'echo', { word: 'once' }, 'test'));
  const runs = () => database.withSchool(schoolId, ({ tx }) => tx.select().from(jobRuns));
  await until(async () => (await runs()).some(({ status }) => status === 'done'));
  expect(ran).toEqual(['once']);
  expect(await runs()).toMatchObject([
    { kind: 'echo', status: 'done', progress: 1, message: 'echoed', startedBy: 'test' },
  ]);
});
