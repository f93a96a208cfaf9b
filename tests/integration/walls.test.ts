import postgres from 'postgres';
import { describe, expect, test } from 'vitest';
import { learners } from '#lib/server/platform/db/schema.ts';
import { addSchool, testDatabase } from '../support/database.ts';

// The second wall. Nothing here filters by school: row-level security has to.

const database = await testDatabase();
const first = await addSchool(database, 'first');
const second = await addSchool(database, 'second');
for (const schoolId of [first, second]) await fill(schoolId);
const tables = await schoolTables();

/** Every table with a school_id, from the catalogue, so that a table made tomorrow is tested tomorrow. */
async function schoolTables(): Promise<string[]> {
  const rows = await database.pool<{ name: string }[]>`
    select table_name as name from information_schema.columns
    join pg_class on pg_class.relname = table_name and pg_class.relkind in ('r', 'p') and not relispartition
    where column_name = 'school_id' and table_schema = 'public' order by 1`;
  return rows.map(({ name }) => name);
}

/** One row in every table of a school, made up from the catalogue: parents first, by the foreign keys. */
async function fill(schoolId: number): Promise<void> {
  const statements: string[] = [];
  for (const name of await inOrderOfKeys()) statements.push(await insertion(name, schoolId));
  await database.withSchool(schoolId, async ({ sql }) => {
    await sql`select merito_ensure_month('2026-09-01')`;
    for (const statement of statements) await sql.unsafe(statement);
  });
}

async function inOrderOfKeys(): Promise<string[]> {
  const names = await schoolTables();
  const keys = await database.pool<{ child: string; parent: string }[]>`
    select distinct conrelid::regclass::text as child, confrelid::regclass::text as parent
    from pg_constraint where contype = 'f'`;
  const ordered: string[] = [];
  while (ordered.length < names.length) {
    const ready = names.filter(
      (name) =>
        !ordered.includes(name) &&
        keys.every(
          ({ child, parent }) =>
            child !== name || parent === name || ordered.includes(parent) || !names.includes(parent),
        ),
    );
    if (ready.length === 0) throw new Error(`foreign keys run in a circle among ${names.join(', ')}`);
    ordered.push(...ready);
  }
  return ordered;
}

async function insertion(name: string, schoolId: number): Promise<string> {
  const columns = await database.pool<{ column: string; type: string }[]>`
    select column_name as column, data_type as type from information_schema.columns
    where table_schema = 'public' and table_name = ${name} and is_nullable = 'NO'
      and (column_default is null or column_name in ('id', 'class_id'))`;
  const values = columns.map(({ column, type }) => valueFor(column, type, schoolId));
  return `insert into ${name} (${columns.map(({ column }) => `"${column}"`).join(', ')}) values (${values.join(', ')})`;
}

function valueFor(column: string, type: string, schoolId: number): string {
  if (column === 'school_id' || /(^|_)id$/.test(column))
    return type === 'text' ? `'x${schoolId}'` : `${schoolId}`;
  if (type === 'text') return `'${column}-${schoolId}'`;
  if (type === 'date') return `'2026-09-01'`;
  if (type.startsWith('timestamp')) return `'2026-09-01T08:00:00Z'`;
  if (type === 'jsonb') return `'{}'`;
  if (type === 'ARRAY') return `'{}'`;
  if (type === 'boolean') return 'false';
  return '0';
}

test('the catalogue knows the tables of a school', () => {
  expect(tables).toEqual(
    expect.arrayContaining(['users', 'learners', 'activity_events', 'decisions', 'awards']),
  );
  expect(tables.length).toBeGreaterThanOrEqual(24);
});

describe.each(tables)('%s', (table) => {
  test('a query that forgets its school sees its own school alone', async () => {
    const seen = await database.withSchool(first, ({ sql }) =>
      sql.unsafe<{ school_id: number }[]>(`select school_id from ${table}`),
    );
    expect(seen.map((row) => row.school_id)).toEqual([first]);
  });

  test('without a scope nothing is seen', async () => {
    expect(await database.pool.unsafe(`select 1 from ${table}`)).toHaveLength(0);
  });

  test('an insert into another school is refused', async () => {
    const write = database.withSchool(first, async ({ sql }) => {
      await sql.unsafe(
        `insert into ${table} select * from jsonb_populate_record(null::${table}, ` +
          `(select to_jsonb(t) from ${table} t limit 1) || '{"school_id": ${second}}')`,
      );
    });
    await expect(write).rejects.toThrow(/row-level security/);
  });

  test('an update or delete that forgets its school leaves the other one alone', async () => {
    if (table === 'decisions') return expectAppendOnly();
    const changed = await database
      .withSchool(first, async ({ sql }) => {
        const update = await sql.unsafe(`update ${table} set school_id = school_id`);
        const removal = await sql.unsafe(`delete from ${table}`);
        throw new RolledBack([update.count, removal.count]);
      })
      .catch(countsOf);
    expect(changed).toEqual([1, 1]);
  });
});

class RolledBack extends Error {
  readonly counts: readonly number[];

  constructor(counts: readonly number[]) {
    super('rolled back');
    this.counts = counts;
  }
}

function countsOf(failure: unknown): readonly number[] {
  if (failure instanceof RolledBack) return failure.counts;
  throw failure;
}

test('a row cannot be moved into another school', async () => {
  const move = database.withSchool(first, ({ tx }) => tx.update(learners).set({ schoolId: second }));
  await expect(move).rejects.toThrow(
    expect.objectContaining({ cause: expect.objectContaining({ code: '42501' }) }),
  );
});

test('a school sees itself alone in the list of schools', async () => {
  const seen = await database.withSchool(first, ({ sql }) => sql<{ id: number }[]>`select id from schools`);
  expect(seen.map(({ id }) => id)).toEqual([first]);
});

test('the scope ends with its transaction', async () => {
  await database.withSchool(first, async ({ sql }) => sql`select 1`);
  const settings = await Promise.all(
    Array.from(
      { length: 12 },
      () => database.pool<{ school: string | null }[]>`
        select nullif(current_setting('merito.school_id', true), '') as school`,
    ),
  );
  expect(settings.flat().map(({ school }) => school)).toEqual(Array.from({ length: 12 }, () => null));
});

async function expectAppendOnly(): Promise<void> {
  for (const change of [
    'update decisions set reason = $$better$$',
    'delete from decisions',
    'truncate decisions',
  ]) {
    const attempt = database.withSchool(first, ({ sql }) => sql.unsafe(change));
    await expect(attempt).rejects.toThrow(/append-only/);
  }
}

test('the decision log refuses every change, in the system scope too', async () => {
  await expectAppendOnly();
  const system = postgres(database.url, {
    max: 1,
    onnotice: () => undefined,
    connection: { 'merito.scope': 'system' },
  });
  try {
    await expect(system`delete from decisions`).rejects.toThrow(/append-only/);
    await expect(system`truncate decisions`).rejects.toThrow(/append-only/);
    expect(await system`select 1 from decisions`).toHaveLength(2);
  } finally {
    await system.end({ timeout: 1 });
  }
});

test('the planner knows how much of a table a school sees', async () => {
  await database.withSchool(
    first,
    ({ sql, schoolId }) =>
      sql`insert into learners (school_id, id, external_id, name, joined_on)
      select ${schoolId}, 1000 + n, 'many-' || n, 'Many', '2026-09-01' from generate_series(1, 1000) n`,
  );
  await database.pool`analyze learners`;
  const rows = await database.withSchool(first, async ({ sql }) => {
    const [{ 'QUERY PLAN': plan }] = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }[]>`
      explain (format json) select from learners`;
    return plan[0].Plan['Plan Rows'];
  });
  expect(rows).toBeGreaterThan(900);
  expect(rows).toBeLessThan(1100);
});
