import { eq } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import type { App } from '#lib/server/platform/app.ts';
import { schools } from '#lib/server/platform/db/schema.ts';
import { UsageError } from '../../src/cli/command.ts';
import { schoolSet } from '../../src/cli/school-set.ts';
import { addSchool, testDatabase } from '../support/database.ts';

const database = await testDatabase();
let schoolId = 0;

beforeAll(async () => {
  schoolId = await addSchool(database, 'bounds');
});

async function set(...args: string[]): Promise<string> {
  const printed: string[] = [];
  await schoolSet.run(['--school', 'bounds', ...args], {
    app: () => Promise.resolve({ database } as unknown as App),
    print: (line) => void printed.push(line),
    printError: (line) => void printed.push(line),
  });
  return printed.join('\n');
}

test('a school sets its bounds, each by itself', async () => {
  expect(await set('--fairness-bound', '0.05')).toBe(
    'bounds: undeserved awards up to 0.01, gaps wider by up to 0.05',
  );
  expect(await set('--false-award-bound', '.02')).toContain('up to 0.02, gaps wider by up to 0.05');
  const [row] = await database.system.select().from(schools).where(eq(schools.id, schoolId));
  expect(row).toMatchObject({ falseAwardBound: 0.02, fairnessBound: 0.05 });
});

test.each([
  [['--fairness-bound', '2'], '--fairness-bound: expected a number from 0 to 1, got "2"'],
  [['--false-award-bound', '0'], '--false-award-bound: expected a number above 0 and below 1, got "0"'],
  [['--fairness-bound', ''], '--fairness-bound: expected a number from 0 to 1, got ""'],
  [[], 'expected --false-award-bound, --fairness-bound or both, got neither'],
])('refuses %j and changes nothing', async (args, message) => {
  await expect(set(...args)).rejects.toThrow(UsageError);
  await expect(set(...args)).rejects.toThrow(message);
});
