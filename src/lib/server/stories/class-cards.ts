import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { passiveKinds } from '#lib/domain/activity/event.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { attentionChance } from './risk.ts';
import { schoolNow } from './school.ts';
import { lastWeeks } from './weekly-activity.ts';

/** A class at a glance. */
export interface ClassCard {
  readonly id: number;
  readonly name: string;
  readonly subject: string | null;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly isRunning: boolean;
  readonly learners: number;
  /** Learners who did something in the last seven days. */
  readonly activeThisWeek: number;
  /** Badges earned in the last four weeks by its learners. */
  readonly recentAwards: number;
  readonly openReviews: number;
  /** Those with the highest chance of leaving or failing, above the line. */
  readonly attention: readonly { readonly learnerId: number; readonly name: string }[];
  readonly attentionCount: number;
  /** Things done in each of the last eight weeks. */
  readonly weeks: readonly number[];
}

const weeksShown = 8;
const namesShown = 3;

/** The classes within reach, running ones first, then by name. */
export async function loadClassCards(
  scope: SchoolScope,
  classIds: readonly number[] | 'all',
  at: Date,
): Promise<ClassCard[]> {
  const { today } = await schoolNow(scope, at);
  const rows = await selectClasses(scope, classIds, today);
  const ids = rows.map(({ id }) => id);
  const attention = await attentionByClass(scope, ids);
  const weeks = await weeksByClass(scope, ids, today);
  return rows.map((row) => {
    const names = attention.get(row.id) ?? [];
    return {
      ...row,
      attention: names.slice(0, namesShown),
      attentionCount: names.length,
      weeks: weeks.get(row.id) ?? new Array<number>(weeksShown).fill(0),
    };
  });
}

type CardRow = Omit<ClassCard, 'attention' | 'attentionCount' | 'weeks'>;

async function selectClasses(
  { sql, schoolId }: SchoolScope,
  classIds: readonly number[] | 'all',
  today: SchoolDay,
): Promise<CardRow[]> {
  const day = formatSchoolDay(today);
  const reach = classIds === 'all' ? sql`true` : sql`id = any(${[...classIds]}::int[])`;
  return sql<CardRow[]>`
    with own as (select * from classes where school_id = ${schoolId} and ${reach}),
    member as (
      select m.class_id, m.learner_id from class_members m join own c on c.id = m.class_id
      where m.school_id = ${schoolId} and m.joined_on <= ${day}
        and (m.left_on is null or m.left_on > least(${day}::date, c.ends_on))
    ),
    active as (
      select distinct learner_id from daily_rollups
      where school_id = ${schoolId} and day > ${formatSchoolDay(today - 7)} and day <= ${day}
        and kind <> all(${[...passiveKinds]}) and learner_id in (select learner_id from member)
    ),
    award as (
      select learner_id, count(*) as count from awards
      where school_id = ${schoolId} and revoked_at is null and crossed_on > ${formatSchoolDay(today - 28)}
      group by 1
    ),
    review as (
      select learner_id, count(*) as count from reviews
      where school_id = ${schoolId} and status = 'open' group by 1
    )
    select c.id, c.name, c.subject, c.starts_on::text as "startsOn", c.ends_on::text as "endsOn",
           c.starts_on <= ${day} and c.ends_on >= ${day} as "isRunning",
           count(member.learner_id)::int as learners,
           count(active.learner_id)::int as "activeThisWeek",
           coalesce(sum(award.count), 0)::int as "recentAwards",
           coalesce(sum(review.count), 0)::int as "openReviews"
    from own c
    left join member on member.class_id = c.id
    left join active on active.learner_id = member.learner_id
    left join award on award.learner_id = member.learner_id
    left join review on review.learner_id = member.learner_id
    group by c.id, c.name, c.subject, c.starts_on, c.ends_on
    order by "isRunning" desc, c.ends_on desc, c.name`;
}

interface AttentionRow {
  readonly classId: number;
  readonly learnerId: number;
  readonly name: string;
}

async function attentionByClass(
  { sql, schoolId }: SchoolScope,
  classIds: readonly number[],
): Promise<Map<number, AttentionRow[]>> {
  const rows = await sql<AttentionRow[]>`
    select m.class_id as "classId", l.id as "learnerId", l.name
    from scores s
    join class_members m on m.school_id = s.school_id and m.learner_id = s.learner_id
      and m.class_id::text = s.subject and m.left_on is null
    join learners l on l.school_id = s.school_id and l.id = s.learner_id
    where s.school_id = ${schoolId} and s.task = 'at-risk' and s.value >= ${attentionChance}
      and m.class_id = any(${[...classIds]}::int[])
    order by s.value desc, l.id`;
  return Map.groupBy(rows, ({ classId }) => classId);
}

async function weeksByClass(
  { sql, schoolId }: SchoolScope,
  classIds: readonly number[],
  today: SchoolDay,
): Promise<Map<number, number[]>> {
  const mondays = lastWeeks(today, weeksShown);
  const rows = await sql<{ classId: number; week: string; actions: number }[]>`
    select class_id as "classId", to_char(date_trunc('week', day), 'YYYY-MM-DD') as week, sum(count)::int as actions
    from class_rollups
    where school_id = ${schoolId} and class_id = any(${[...classIds]}::int[])
      and day >= ${mondays[0]} and day <= ${formatSchoolDay(today)}
    group by 1, 2`;
  const counts = new Map(rows.map(({ classId, week, actions }) => [`${classId} ${week}`, actions]));
  return new Map(classIds.map((id) => [id, mondays.map((week) => counts.get(`${id} ${week}`) ?? 0)]));
}
