import { eq } from 'drizzle-orm';
import type { ActivityEvent } from '#lib/domain/activity/event.ts';
import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Badge, Criterion } from '#lib/domain/badges/index.ts';
import { ensureMonths } from '#lib/server/activity/months.ts';
import { placeEvent, writeActivity } from '#lib/server/activity/write-activity.ts';
import type { Database } from '#lib/server/platform/db/client.ts';
import {
  badges,
  classes,
  classMembers,
  classTeachers,
  learners,
  users,
} from '#lib/server/platform/db/schema.ts';

// A class of few people whose days a test writes by hand.

export const timeZone = 'Europe/Rome';

export async function addClass(database: Database, schoolId: number, externalId = '3B'): Promise<number> {
  return database.withSchool(schoolId, async ({ tx }) => {
    const [row] = await tx
      .insert(classes)
      .values({ schoolId, externalId, name: externalId, startsOn: '2025-09-01', endsOn: '2026-06-30' })
      .returning({ id: classes.id });
    return row.id;
  });
}

export async function addLearner(
  database: Database,
  schoolId: number,
  classId: number,
  externalId: string,
): Promise<number> {
  return database.withSchool(schoolId, async ({ tx }) => {
    const joinedOn = '2025-09-01';
    const [row] = await tx
      .insert(learners)
      .values({ schoolId, externalId, name: `Learner ${externalId}`, joinedOn })
      .returning({ id: learners.id });
    await tx.insert(classMembers).values({ schoolId, classId, learnerId: row.id, joinedOn });
    return row.id;
  });
}

export async function addTeacher(
  database: Database,
  schoolId: number,
  classId: number,
  id: string,
): Promise<void> {
  const account = { id, schoolId, email: `${id}@school.example`, name: id, role: 'teacher' as const };
  await database.withSchool(schoolId, async ({ tx }) => {
    await tx.insert(users).values({ ...account, passwordHash: 'none' });
    await tx.insert(classTeachers).values({ schoolId, classId, userId: id });
  });
}

let written = 0;

/** Writes events as the ingest would, `each` at 15:00 and a little, UTC, of its day. */
export async function live(
  database: Database,
  schoolId: number,
  learnerId: number,
  days: readonly SchoolDay[],
  each: Partial<ActivityEvent> & { readonly times?: number; readonly apartSeconds?: number } = {},
  classId = 0,
): Promise<void> {
  await ensureMonths(database, days);
  const { times = 1, apartSeconds = 900, ...fields } = each;
  const events = days.flatMap((day, d) =>
    Array.from({ length: times }, (_, i): ActivityEvent => {
      // A different minute every day: people are no clocks.
      const second = 54_000 + ((d * 7919) % 3000) + i * apartSeconds;
      return {
        id: `e${++written}`,
        learner: '',
        kind: 'practice',
        at: new Date((day * 86_400 + second) * 1000),
        dayOnly: false,
        quantity: 1,
        seconds: 600,
        score: null,
        dueAt: null,
        class: null,
        source: 'lms',
        item: `exercise ${written}`,
        ...fields,
      };
    }),
  );
  await database.withSchool(schoolId, (scope) =>
    writeActivity(
      scope,
      events.map((event) => placeEvent(event, event.id, { learnerId, classId, timeZone })),
      new Date((Math.max(...days) * 86_400 + 64_800) * 1000),
    ),
  );
}

/** Days `from` to `to`, both included. */
export function daysFrom(from: SchoolDay, to: SchoolDay): SchoolDay[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** 20:00 UTC of a day. */
export function evening(day: SchoolDay): Date {
  return new Date(`${formatSchoolDay(day)}T20:00:00Z`);
}

export function makeBadge(id: string, criterion: Criterion, more: Partial<Badge> = {}): Badge {
  return {
    id,
    family: 'constancy',
    rarity: 'rare',
    tier: 1,
    series: null,
    name: { it: `Distintivo ${id}`, en: `Badge ${id}` },
    description: { it: 'Una regola di prova.', en: 'A rule for a test.' },
    criterion,
    isConsequential: false,
    effortDays: 10,
    emblem: { shape: 'circle', symbol: 'flame', palette: 'amber' },
    ...more,
  };
}

/** Puts badges live at once, or changes the rule of one that is. */
export async function putBadges(
  database: Database,
  schoolId: number,
  list: readonly Badge[],
  ruleVersion = 1,
): Promise<void> {
  await database.withSchool(schoolId, async ({ tx }) => {
    for (const badge of list) {
      const row = { schoolId, id: badge.id, definition: { ...badge }, ruleVersion };
      await tx
        .insert(badges)
        .values(row)
        .onConflictDoUpdate({
          target: [badges.schoolId, badges.id],
          set: row,
          setWhere: eq(badges.schoolId, schoolId),
        });
    }
  });
}
