import { parseArgs } from 'node:util';
import { eq } from 'drizzle-orm';
import { schools } from '#lib/server/platform/db/schema.ts';
import { type Command, UsageError } from './command.ts';
import { findSchools } from './find-schools.ts';

const help = `merito school set --school SLUG [OPTIONS]

Sets the bounds a school holds its models and awards to, and prints them.

  --school SLUG             which school
  --false-award-bound N     greatest share of automatic awards that may be undeserved, above 0 and below 1 (at first .01)
  --fairness-bound N        how much wider a fresh model may make a gap between protected groups before a person must
                            decide, 0 to 1 (at first .1)

Example: merito school set --school galilei --fairness-bound 0.05`;

export const schoolSet: Command = {
  name: 'school set',
  summary: 'set the bounds for undeserved awards and for gaps between groups',
  help,
  run: async (args, context) => {
    const { slug, bounds } = parse(args);
    const app = await context.app();
    const [{ id }] = await findSchools(app, slug);
    const [school] = await app.database.system
      .update(schools)
      .set(bounds)
      .where(eq(schools.id, id))
      .returning({ falseAwards: schools.falseAwardBound, fairness: schools.fairnessBound });
    context.print(
      `${slug}: undeserved awards up to ${school.falseAwards}, gaps wider by up to ${school.fairness}`,
    );
    return 0;
  },
};

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      school: { type: 'string' },
      'false-award-bound': { type: 'string' },
      'fairness-bound': { type: 'string' },
    },
  });
  if (!values.school) throw new UsageError('--school: expected the short name of a school, got nothing');
  const falseAwardBound = numberOf(
    '--false-award-bound',
    values['false-award-bound'],
    (value) => value > 0 && value < 1,
    'a number above 0 and below 1',
  );
  const fairnessBound = numberOf(
    '--fairness-bound',
    values['fairness-bound'],
    (value) => value >= 0 && value <= 1,
    'a number from 0 to 1',
  );
  if (falseAwardBound === undefined && fairnessBound === undefined)
    throw new UsageError('expected --false-award-bound, --fairness-bound or both, got neither');
  return { slug: values.school, bounds: { falseAwardBound, fairnessBound } };
}

function numberOf(
  option: string,
  text: string | undefined,
  isWithin: (value: number) => boolean,
  expected: string,
): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? NaN : Number(text);
  if (isWithin(value)) return value;
  throw new UsageError(`${option}: expected ${expected}, got ${JSON.stringify(text)}`);
}
