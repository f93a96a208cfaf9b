import { and, eq, inArray } from 'drizzle-orm';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import {
  type Badge,
  createPreview,
  evaluateCriterion,
  type Evidence,
  type FindCrossings,
  historyProbe,
  inOrderOfNeed,
  parseBadge,
  prepareCrossings,
  type Preview,
  type PreviewTally,
} from '#lib/domain/badges/index.ts';
import { loadLearners, type Measurement } from '#lib/server/features/index.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { classes, classMembers, learners } from '#lib/server/platform/db/schema.ts';
import { allBadges } from './badges.ts';

export interface PreviewRequest {
  /** The first day left out. */
  readonly before: SchoolDay;
  /** Weeks of history told week by week. */
  readonly weeks: number;
  /** The most learners looked at: 5,000 unless told. A larger school is sampled evenly. */
  readonly mostLearners?: number;
}

/** A preview with the names a page shows. */
export interface BadgePreview extends Omit<Preview, 'sample' | 'byClass'> {
  /** All learners of the school; `learners` of them were looked at. */
  readonly ofLearners: number;
  readonly sample: readonly (Preview['sample'][number] & { readonly name: string })[];
  readonly byClass: readonly (Preview['byClass'][number] & { readonly name: string })[];
  /** One learner of the sample on the day of crossing: what the rule saw. Null when nobody reached it. */
  readonly example: { readonly learnerId: number; readonly parts: readonly Evidence[] } | null;
}

const sampleSize = 8;

/**
 * What a rule would have done, had it been live all along. Reads each learner's history once, in constant memory but
 * for who reached the rule. Writes nothing.
 * @throws RuleError when the badge is not valid or does not fit the school's other badges.
 */
export async function previewBadge(
  scope: SchoolScope,
  badge: Badge,
  { before, weeks, mostLearners = 5000 }: PreviewRequest,
): Promise<BadgePreview> {
  const checked = parseBadge(badge);
  const others = await otherBadges(scope, checked.id);
  const rules = inOrderOfNeed([...others, checked]);
  const chosen = await chooseLearners(scope, mostLearners);
  const classIdsOf = await readClassIds(scope);
  const findCrossings = prepareCrossings(rules);
  const tally = createPreview({
    badgeId: checked.id,
    otherBadges: others.map(({ id }) => id),
    before,
    weeks,
    sample: sampleSize,
  });
  for await (const measurement of loadLearners(scope, chosen.ids, before)) {
    addLearner(tally, measurement, findCrossings, classIdsOf);
  }
  return withNames(scope, tally.result(), checked, rules, chosen.ofLearners, before);
}

function addLearner(
  tally: PreviewTally,
  { learnerId, history, context, before }: Measurement,
  findCrossings: FindCrossings,
  classIdsOf: ReadonlyMap<number, readonly number[]>,
): void {
  const crossings = findCrossings(history, context, { from: history.from, before });
  tally.add({ learnerId, classIds: classIdsOf.get(learnerId) ?? [], crossings });
}

/** Live badges to compare with, and the badges any rule names, live or not. */
async function otherBadges(scope: SchoolScope, badgeId: string): Promise<readonly Badge[]> {
  const stored = await allBadges(scope);
  return stored.map(({ badge }) => badge).filter(({ id }) => id !== badgeId);
}

/** Evenly spaced by id, so that the same learners are asked every time. */
async function chooseLearners(
  { schoolId, tx }: SchoolScope,
  most: number,
): Promise<{ readonly ids: readonly number[]; readonly ofLearners: number }> {
  const rows = await tx
    .select({ id: learners.id })
    .from(learners)
    .where(eq(learners.schoolId, schoolId))
    .orderBy(learners.id);
  const step = Math.max(1, rows.length / most);
  const ids = Array.from(
    { length: Math.min(rows.length, most) },
    (_, index) => rows[Math.floor(index * step)].id,
  );
  return { ids, ofLearners: rows.length };
}

async function readClassIds({ schoolId, tx }: SchoolScope): Promise<ReadonlyMap<number, readonly number[]>> {
  const rows = await tx
    .select({ learnerId: classMembers.learnerId, classId: classMembers.classId })
    .from(classMembers)
    .where(eq(classMembers.schoolId, schoolId));
  const byLearner = new Map<number, number[]>();
  for (const { learnerId, classId } of rows) {
    const known = byLearner.get(learnerId);
    if (known) known.push(classId);
    else byLearner.set(learnerId, [classId]);
  }
  return byLearner;
}

async function withNames(
  scope: SchoolScope,
  preview: Preview,
  badge: Badge,
  rules: readonly Badge[],
  ofLearners: number,
  before: SchoolDay,
): Promise<BadgePreview> {
  const { sample, byClass, ...rest } = preview;
  const learnerName = await readLearnerNames(
    scope,
    sample.map(({ learnerId }) => learnerId),
  );
  const className = await readClassNames(
    scope,
    byClass.map(({ classId }) => classId),
  );
  return {
    ...rest,
    ofLearners,
    sample: sample.map((one) => ({ ...one, name: learnerName.get(one.learnerId) ?? '' })),
    byClass: byClass.map((one) => ({ ...one, name: className.get(one.classId) ?? '' })),
    example: await exampleOf(scope, badge, rules, sample.at(-1), before),
  };
}

/** The evidence of the learner who crossed last, on the day of crossing. */
async function exampleOf(
  scope: SchoolScope,
  badge: Badge,
  rules: readonly Badge[],
  chosen: Preview['sample'][number] | undefined,
  before: SchoolDay,
): Promise<BadgePreview['example']> {
  if (!chosen) return null;
  const { learnerId, crossedOn } = chosen;
  for await (const { history, context } of loadLearners(scope, [learnerId], before)) {
    const crossings = prepareCrossings(rules)(history, context, { from: history.from, before });
    const probe = historyProbe(history, context, (id, day) => (crossings.get(id) ?? Infinity) < day);
    return { learnerId, parts: evaluateCriterion(badge.criterion, probe, crossedOn + 1).parts };
  }
  return null;
}

async function readLearnerNames(
  { schoolId, tx }: SchoolScope,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const rows = await tx
    .select({ id: learners.id, name: learners.name })
    .from(learners)
    .where(and(eq(learners.schoolId, schoolId), inArray(learners.id, [...ids])));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

async function readClassNames(
  { schoolId, tx }: SchoolScope,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const rows = await tx
    .select({ id: classes.id, name: classes.name })
    .from(classes)
    .where(and(eq(classes.schoolId, schoolId), inArray(classes.id, [...ids])));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
