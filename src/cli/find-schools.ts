import { asc } from 'drizzle-orm';
import type { App } from '#lib/server/platform/app.ts';
import { schools } from '#lib/server/platform/db/schema.ts';
import { UsageError } from './command.ts';

export interface NamedSchool {
  readonly id: number;
  readonly slug: string;
}

/** The school of that short name, or all of them when none is named. @throws UsageError when there is none */
export async function findSchools(
  { database }: Pick<App, 'database'>,
  slug: string | undefined,
): Promise<NamedSchool[]> {
  const all = await database.system
    .select({ id: schools.id, slug: schools.slug })
    .from(schools)
    .orderBy(asc(schools.slug));
  const found = all.filter((school) => slug === undefined || school.slug === slug);
  if (found.length > 0) return found;
  if (all.length === 0) throw new UsageError('--school: expected a school on this server, got none at all');
  throw new UsageError(
    `--school: expected one of ${all.map((school) => school.slug).join(', ')}, got ${JSON.stringify(slug)}`,
  );
}
