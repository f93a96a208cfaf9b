import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unionOfSlots } from '#lib/domain/activity/fold.ts';
import { formatSchoolDay, parseSchoolDay, weekday } from '#lib/domain/activity/school-day.ts';
import { integerBelow, type Random, seededRandom } from '#lib/ml/core/random.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';

export interface BenchSchool {
  readonly learners: number;
  readonly classes: number;
  readonly activeDaysPerLearner: number;
}

export const firstDay = parseSchoolDay('2026-09-01');
export const lastDay = parseSchoolDay('2027-06-10');
const kinds = [
  'attend',
  'view',
  'read',
  'practice',
  'submit',
  'post',
  'forum',
  'resource',
  'grade',
  'absence',
];

/** Fills a school with rollups, the same for the same seed. Returns the number of rollup rows. */
export async function fillBenchSchool(
  scope: SchoolScope,
  school: BenchSchool,
  seed: number,
): Promise<number> {
  await fillPeople(scope, school);
  const counted = { rows: 0 };
  // COPY does not go through row-level security, so the rows come in through a table of this transaction's own.
  await scope.sql`create temporary table incoming (like daily_rollups) on commit drop`;
  await copyIn(scope, 'incoming', rollupLines(scope.schoolId, school, seededRandom(seed), counted));
  await scope.sql`insert into daily_rollups select * from incoming`;
  await scope.sql`
    insert into class_rollups (school_id, class_id, day, count, quantity, score_sum, score_count)
    select school_id, class_id, day, coalesce(sum(count) filter (where kind not in ('grade', 'absence')), 0),
      coalesce(sum(quantity) filter (where kind not in ('grade', 'absence')), 0), sum(score_sum), sum(score_count)
    from daily_rollups where school_id = ${scope.schoolId}
    group by school_id, class_id, day`;
  return counted.rows;
}

async function fillPeople({ sql, schoolId }: SchoolScope, school: BenchSchool): Promise<void> {
  const [starts, ends] = [formatSchoolDay(firstDay), formatSchoolDay(lastDay)];
  await sql`
    insert into calendar_spans (school_id, kind, name, starts_on, ends_on) values
    (${schoolId}, 'term', 'year', ${starts}, ${ends}),
    (${schoolId}, 'holiday', 'winter', '2026-12-23', '2027-01-06')`;
  await sql`
    insert into classes (school_id, id, external_id, name, starts_on, ends_on)
    select ${schoolId}::int, n, 'c' || n, 'Class ' || n, ${starts}::date, ${ends}::date
    from generate_series(1, ${school.classes}::int) n`;
  await sql`
    insert into learners (school_id, id, external_id, name, joined_on)
    select ${schoolId}::int, n, 'l' || n, 'Learner ' || n, ${starts}::date
    from generate_series(1, ${school.learners}::int) n`;
  await sql`
    insert into class_members (school_id, class_id, learner_id, joined_on)
    select ${schoolId}::int, (n - 1) % ${school.classes}::int + 1, n, ${starts}::date
    from generate_series(1, ${school.learners}::int) n`;
}

async function copyIn({ sql }: SchoolScope, table: string, lines: Iterable<string>): Promise<void> {
  const target = await sql.unsafe(`copy ${table} from stdin`).writable();
  await pipeline(Readable.from(lines), target);
  if (!target.closed) await once(target, 'close');
}

function* rollupLines(
  schoolId: number,
  school: BenchSchool,
  random: Random,
  counted: { rows: number },
): Generator<string> {
  for (let learner = 1; learner <= school.learners; learner++) {
    const classId = ((learner - 1) % school.classes) + 1;
    const chance = (school.activeDaysPerLearner / (lastDay - firstDay)) * (0.4 + 1.2 * random());
    let lines = '';
    for (let day = firstDay; day <= lastDay; day++) {
      if (random() > chance * (weekday(day) < 5 ? 1.2 : 0.5)) continue;
      for (const kind of someKinds(random)) {
        lines += `${schoolId}\t${learner}\t${formatSchoolDay(day)}\t${kind}\t${classId}\t${fields(kind, random)}\n`;
        counted.rows++;
      }
    }
    if (lines !== '') yield lines;
  }
}

/** One kind or two. */
function someKinds(random: Random): readonly string[] {
  const first = integerBelow(random, kinds.length);
  const second = integerBelow(random, kinds.length);
  return first === second || random() < 0.5 ? [kinds[first]] : [kinds[first], kinds[second]];
}

function fields(kind: string, random: Random): string {
  const count = 1 + integerBelow(random, 6);
  const isScored = kind === 'grade' || kind === 'submit';
  const score = isScored ? 40 + integerBelow(random, 61) : 0;
  const due = kind === 'submit' ? 1 : 0;
  const lead = due * (integerBelow(random, 13) - 3);
  const slots = unionOfSlots(2 ** (16 + integerBelow(random, 30)), 2 ** (16 + integerBelow(random, 30)));
  const numbers = [
    count,
    count * 3,
    count * 240,
    score,
    isScored ? 1 : 0,
    due,
    lead < 0 ? 1 : 0,
    lead,
    slots,
  ];
  return numbers.join('\t');
}
