import { and, eq } from 'drizzle-orm';
import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { numberArray, textArray } from '#lib/server/activity/column-arrays.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { calendarSpans } from '#lib/server/platform/db/schema.ts';
import type { OuladMember, OuladTables } from './oulad-tables.ts';

export interface OuladIds {
  readonly learners: ReadonlyMap<string, number>;
  readonly classes: ReadonlyMap<string, number>;
}

/** Brings people, classes, deadlines and terms up to the tables. Safe to run again. */
export async function saveOuladSchool(scope: SchoolScope, tables: OuladTables): Promise<OuladIds> {
  const classes = await saveClasses(scope, tables);
  const learners = await saveLearners(scope, tables);
  const ids = { learners, classes };
  await saveMembers(scope, tables, ids);
  await saveProtected(scope, tables.members, ids);
  await saveAssignments(scope, tables, ids);
  await saveTerms(scope, tables);
  return ids;
}

const day = (value: SchoolDay | null) => (value === null ? null : formatSchoolDay(value));

async function saveClasses({ sql, schoolId }: SchoolScope, { classes }: OuladTables) {
  const all = [...classes.values()];
  const rows = await sql<{ id: number; external_id: string }[]>`
    insert into classes (school_id, external_id, name, subject, starts_on, ends_on)
    select ${schoolId}::int, e.id, e.id, subject, starts_on::date, ends_on::date
    from unnest(
      ${textArray(all.map(({ externalId }) => externalId))}::text[],
      ${textArray(all.map(({ module }) => module))}::text[],
      ${textArray(all.map(({ startsOn }) => day(startsOn)))}::text[],
      ${textArray(all.map(({ endsOn }) => day(endsOn)))}::text[]
    ) as e(id, subject, starts_on, ends_on)
    on conflict (school_id, external_id) do update set name = excluded.name
    returning id, external_id`;
  return new Map(rows.map((row) => [row.external_id, row.id]));
}

/** A learner joins on the first day any of the classes knows of. */
async function saveLearners({ sql, schoolId }: SchoolScope, tables: OuladTables) {
  const joined = new Map<string, SchoolDay>();
  for (const member of tables.members) {
    const known = joined.get(member.learner) ?? Infinity;
    joined.set(member.learner, Math.min(known, joinedOn(member, tables)));
  }
  const rows = await sql<{ id: number; external_id: string }[]>`
    insert into learners (school_id, external_id, name, joined_on)
    select ${schoolId}::int, e.id, 'Learner ' || e.id, joined_on::date
    from unnest(
      ${textArray([...joined.keys()])}::text[],
      ${textArray([...joined.values()].map(day))}::text[]
    ) as e(id, joined_on)
    on conflict (school_id, external_id) do update set joined_on = least(learners.joined_on, excluded.joined_on)
    returning id, external_id`;
  return new Map(rows.map((row) => [row.external_id, row.id]));
}

function joinedOn(member: OuladMember, { classes }: OuladTables): SchoolDay {
  const owner = classes.get(member.class);
  if (!owner) throw new Error(`class: expected ${member.class} among the courses`);
  return member.registeredOn ?? owner.startsOn;
}

function idOf(ids: ReadonlyMap<string, number>, name: string): number {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`id: expected one for ${name}, found none`);
  return id;
}

async function saveMembers({ sql, schoolId }: SchoolScope, tables: OuladTables, ids: OuladIds) {
  const { members } = tables;
  await sql`
    insert into class_members (school_id, class_id, learner_id, joined_on, left_on, outcome, background)
    select ${schoolId}::int, class_id, learner_id, joined_on::date, left_on::date, outcome,
      jsonb_build_object('credits', credits, 'earlierAttempts', attempts, 'education', education)
    from unnest(
      ${numberArray(members.map((member) => idOf(ids.classes, member.class)))}::int[],
      ${numberArray(members.map((member) => idOf(ids.learners, member.learner)))}::int[],
      ${textArray(members.map((member) => day(joinedOn(member, tables))))}::text[],
      ${textArray(members.map((member) => day(member.leftOn)))}::text[],
      ${textArray(members.map((member) => member.outcome))}::text[],
      ${numberArray(members.map((member) => member.background.credits))}::int[],
      ${numberArray(members.map((member) => member.background.earlierAttempts))}::int[],
      ${numberArray(members.map((member) => member.background.education))}::int[]
    ) as e(class_id, learner_id, joined_on, left_on, outcome, credits, attempts, education)
    on conflict (school_id, class_id, learner_id) do update set
      joined_on = excluded.joined_on,
      left_on = excluded.left_on,
      outcome = excluded.outcome,
      background = excluded.background`;
}

/** A learner who appears in several classes keeps what the last of them says. */
async function saveProtected({ sql, schoolId }: SchoolScope, members: readonly OuladMember[], ids: OuladIds) {
  const rows = new Map<string, { learnerId: number; attribute: string; value: string }>();
  for (const member of members) {
    const learnerId = idOf(ids.learners, member.learner);
    for (const [attribute, value] of Object.entries(member.protected))
      rows.set(`${learnerId}/${attribute}`, { learnerId, attribute, value });
  }
  const all = [...rows.values()];
  await sql`
    insert into protected_attributes (school_id, learner_id, attribute, value)
    select ${schoolId}::int, learner_id, attribute, value
    from unnest(
      ${numberArray(all.map(({ learnerId }) => learnerId))}::int[],
      ${textArray(all.map(({ attribute }) => attribute))}::text[],
      ${textArray(all.map(({ value }) => value))}::text[]
    ) as e(learner_id, attribute, value)
    on conflict (school_id, learner_id, attribute) do update set value = excluded.value`;
}

async function saveAssignments({ sql, schoolId }: SchoolScope, { assignments }: OuladTables, ids: OuladIds) {
  const all = [...assignments.values()];
  await sql`
    insert into assignments (school_id, class_id, external_id, title, due_on, weight)
    select ${schoolId}::int, class_id, external_id, title, due_on::date, weight
    from unnest(
      ${numberArray(all.map((assignment) => idOf(ids.classes, assignment.class)))}::int[],
      ${textArray(all.map(({ externalId }) => externalId))}::text[],
      ${textArray(all.map(({ title }) => title))}::text[],
      ${textArray(all.map(({ dueOn }) => day(dueOn)))}::text[],
      ${numberArray(all.map(({ weight }) => weight))}::float8[]
    ) as e(class_id, external_id, title, due_on, weight)
    on conflict (school_id, external_id) do update set title = excluded.title, due_on = excluded.due_on`;
}

/** One term a presentation: from the start its modules share to the end of the longest. */
async function saveTerms({ tx, schoolId }: SchoolScope, { classes }: OuladTables): Promise<void> {
  const terms = new Map<string, { startsOn: SchoolDay; endsOn: SchoolDay }>();
  for (const { presentation, startsOn, endsOn } of classes.values()) {
    const known = terms.get(presentation);
    terms.set(presentation, { startsOn, endsOn: Math.max(endsOn, known?.endsOn ?? endsOn) });
  }
  for (const [name, { startsOn, endsOn }] of terms) {
    const same = and(
      eq(calendarSpans.schoolId, schoolId),
      eq(calendarSpans.kind, 'term'),
      eq(calendarSpans.name, name),
    );
    await tx.delete(calendarSpans).where(same);
    await tx.insert(calendarSpans).values({
      schoolId,
      kind: 'term',
      name,
      startsOn: formatSchoolDay(startsOn),
      endsOn: formatSchoolDay(endsOn),
    });
  }
}
