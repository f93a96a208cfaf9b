import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { LearnerState, School } from '#lib/simulator/index.ts';

/** Writes who entered or left a class between two states of the school. Safe to repeat. */
export async function writeMoves(
  scope: SchoolScope,
  school: School,
  earlier: readonly LearnerState[],
  later: readonly LearnerState[],
): Promise<void> {
  for (const [index, state] of later.entries()) {
    const person = school.people[index];
    if (!person || state.memberships === earlier[index]?.memberships) continue;
    await writeMemberships(scope, school, person.externalId, state);
    if (state.hasLeft) await writeLeaving(scope, person.externalId, state);
  }
}

function dateOf(day: SchoolDay | null): string | null {
  return day === null ? null : formatSchoolDay(day);
}

async function writeMemberships(
  { sql, schoolId }: SchoolScope,
  school: School,
  learner: string,
  state: LearnerState,
): Promise<void> {
  for (const { classIndex, joinedOn, leftOn, outcome, background } of state.memberships.slice(-2)) {
    const homeClass = school.classes[classIndex]?.externalId ?? '';
    await sql`
      insert into class_members (school_id, class_id, learner_id, joined_on, left_on, outcome, background)
      select ${schoolId}, c.id, l.id, ${formatSchoolDay(joinedOn)}::date, ${dateOf(leftOn)}::date, ${outcome},
        ${JSON.stringify(background)}::text::jsonb
      from learners l, classes c
      where l.school_id = ${schoolId} and l.external_id = ${learner}
        and c.school_id = ${schoolId} and c.external_id = ${homeClass}
      on conflict (school_id, class_id, learner_id)
        do update set left_on = excluded.left_on, outcome = excluded.outcome`;
  }
}

async function writeLeaving(
  { sql, schoolId }: SchoolScope,
  learner: string,
  state: LearnerState,
): Promise<void> {
  const leftOn = state.memberships.at(-1)?.leftOn ?? null;
  await sql`
    update learners set left_on = ${dateOf(leftOn)}::date
    where school_id = ${schoolId} and external_id = ${learner}`;
}
