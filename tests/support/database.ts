import postgres from 'postgres';
import { afterAll, inject } from 'vitest';
import { connect, type Database } from '#lib/server/platform/db/client.ts';
import { schools } from '#lib/server/platform/db/schema.ts';

let made = 0;

/** A fresh migrated database of this test file's own, dropped at its end. Call at the top of a describe or file. */
export async function testDatabase(): Promise<Database> {
  const template = new URL(inject('templateUrl'));
  const name = `test_${process.pid}_${++made}`;
  const admin = new URL(template);
  admin.pathname = '/postgres';
  const sql = postgres(admin.href, { max: 1, onnotice: () => undefined });
  await sql.unsafe(`create database ${name} template ${template.pathname.slice(1)} strategy wal_log`);
  const url = new URL(template);
  url.pathname = `/${name}`;
  const database = connect(url.href);
  afterAll(async () => {
    await database.close();
    await sql.unsafe(`drop database ${name} with (force)`);
    await sql.end();
  });
  return database;
}

/** Adds a school and returns its id. */
export async function addSchool(
  database: Database,
  slug = 'galilei',
  timeZone = 'Europe/Rome',
): Promise<number> {
  const rows = await database.system
    .insert(schools)
    .values({ slug, name: slug, timeZone })
    .returning({ id: schools.id });
  const row = rows[0];
  if (!row) throw new Error('school: expected one inserted row');
  return row.id;
}
