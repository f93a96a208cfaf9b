import { sql } from 'drizzle-orm';
import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import {
  evaluateCriterion,
  type FindCrossings,
  historyProbe,
  prepareCrossings,
} from '#lib/domain/badges/index.ts';
import { isMet } from '#lib/domain/badges/evaluate.ts';
import { type DayQuality, dayQualities } from '#lib/domain/decisions/day-quality.ts';
import { allBadges, type StoredBadge } from '../awards/badges.ts';
import { loadLearners, type Measurement, saveFeatures } from '../features/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { learners } from '../platform/db/schema.ts';
import { badgePayload } from './awards.ts';
import { type Case, decideCase, type Made } from './decide.ts';
import { loadEvidenceEvents } from './evidence-events.ts';
import { lockSchool } from './learner-lock.ts';
import { type DecisionEntry, humanEvidence, recordDecisions } from './log.ts';
import { loadSchoolSettings } from './school.ts';
import { subjectOf } from './subject.ts';
import { type ConfidenceRule, confidenceRuleOf } from './threshold.ts';
import { weighCrossing } from './weigh.ts';

/** What a person said about a case of the past; null: nobody has looked yet. */
export type Judge = (
  learnerId: number,
  badgeId: string,
  crossedOn: SchoolDay,
) => { readonly verdict: 'approve' | 'reject'; readonly actor: string } | null;

export interface ReplayOptions {
  /** The first day not counted. */
  readonly before: SchoolDay;
  readonly at: Date;
  /** When a crossing was decided about; `at` unless told. The demo school decided on the evening of the day itself. */
  readonly decidedAt?: (crossedOn: SchoolDay) => Date;
  readonly judge?: Judge;
  /** Learners done and learners in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface ReplayReport {
  readonly learners: number;
  readonly awards: number;
  /** Questions that wait for a teacher now. */
  readonly openReviews: number;
  /** Of those, the awards given already that a teacher checks as a sample. */
  readonly audits: number;
  readonly approved: number;
  readonly rejected: number;
  /** Badges given, by badge, the most given first. */
  readonly byBadge: Readonly<Record<string, number>>;
}

const learnersPerBatch = 50;

/**
 * Decides about the whole past of a school at once: every badge on the day on which its rule was first met, through the
 * same weighing as a live evaluation. Learners who hold a badge, or about whom a person has decided, are left as they
 * are, so that doing it again adds nothing.
 */
export async function replayHistory(scope: SchoolScope, options: ReplayOptions): Promise<ReplayReport> {
  await lockSchool(scope);
  const replay = await prepareReplay(scope, options);
  const total = await scope.tx.$count(learners, sql`${learners.schoolId} = ${scope.schoolId}`);
  let report = reportOf(0, []);
  for await (const batch of inBatches(loadLearners(scope, 'all', options.before))) {
    report = sumOf(report, await replayBatch(scope, replay, batch));
    options.onProgress?.(report.learners, total);
  }
  return report;
}

interface Replay {
  readonly options: ReplayOptions;
  readonly badges: readonly StoredBadge[];
  readonly crossings: FindCrossings;
  readonly rule: ConfidenceRule;
  readonly timeZone: string;
  /** `learner/badge` pairs that were decided about before. */
  readonly decided: ReadonlySet<string>;
  /** The day of the award of those held, by the same key. */
  readonly held: ReadonlyMap<string, SchoolDay>;
}

async function prepareReplay(scope: SchoolScope, options: ReplayOptions): Promise<Replay> {
  const badges = await allBadges(scope);
  const decided = await scope.sql<{ key: string }[]>`
    select distinct learner_id || '/' || badge_id as key from decisions where school_id = ${scope.schoolId}`;
  const held = await scope.sql<{ key: string; day: number }[]>`
    select learner_id || '/' || badge_id as key, crossed_on - date '1970-01-01' as day
    from awards where school_id = ${scope.schoolId} and revoked_at is null`;
  return {
    options,
    badges,
    crossings: prepareCrossings(badges.map(({ badge }) => badge)),
    rule: await confidenceRuleOf(scope),
    timeZone: (await loadSchoolSettings(scope)).timeZone,
    decided: new Set(decided.map(({ key }) => key)),
    held: new Map(held.map(({ key, day }) => [key, day])),
  };
}

async function* inBatches(all: AsyncIterable<Measurement>): AsyncGenerator<Measurement[]> {
  let batch: Measurement[] = [];
  for await (const one of all) {
    batch.push(one);
    if (batch.length < learnersPerBatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** A decision about the past, with what a person said about it since. */
interface Past {
  readonly stored: StoredBadge;
  readonly made: Made;
  readonly said: ReturnType<Judge>;
}

async function replayBatch(
  scope: SchoolScope,
  replay: Replay,
  batch: readonly Measurement[],
): Promise<ReplayReport> {
  const from = Math.min(...batch.map(({ history }) => history.from));
  const ids = batch.map(({ learnerId }) => learnerId);
  const events = await loadEvidenceEvents(scope, ids, from, replay.options.before);
  const found: Past[] = [];
  for (const measurement of batch) {
    const days = dayQualities(events.get(measurement.learnerId) ?? []);
    found.push(...(await replayLearner(scope, replay, measurement, days)));
    await saveFeatures(scope, measurement, replay.options.at);
  }
  await writePast(scope, replay, found);
  return reportOf(batch.length, found);
}

async function replayLearner(
  scope: SchoolScope,
  { options, badges, crossings, rule, timeZone, decided, held }: Replay,
  measurement: Measurement,
  days: readonly DayQuality[],
): Promise<Past[]> {
  const { learnerId, history, context, before } = measurement;
  const crossed = crossings(history, context, { from: history.from, before });
  const own = new Map<string, SchoolDay>();
  const heldOn = (badgeId: string) => own.get(badgeId) ?? held.get(`${learnerId}/${badgeId}`);
  const holds = (badgeId: string, day: SchoolDay) => (heldOn(badgeId) ?? Infinity) < day;
  const probe = historyProbe(history, context, holds);
  const subject = {
    ...subjectOf(scope, measurement, timeZone),
    qualities: async (from: SchoolDay, end: SchoolDay) => days.filter(({ day }) => day >= from && day < end),
  };
  const past: Past[] = [];
  for (const stored of byCrossing(badges, crossed)) {
    const { badge } = stored;
    const crossedOn = crossed.get(badge.id);
    if (crossedOn === undefined || decided.has(`${learnerId}/${badge.id}`)) continue;
    // A rule that names a badge which went to a teacher is not met yet.
    if (!isMet(badge.criterion, probe, crossedOn + 1)) continue;
    const outcome = evaluateCriterion(badge.criterion, probe, crossedOn + 1);
    const weighing = await weighCrossing(subject, rule, badge, outcome, crossedOn, holds);
    const at = options.decidedAt?.(crossedOn) ?? options.at;
    // No model spoke on a day long gone.
    const opinion = null;
    const one: Case = { learnerId, stored, outcome, crossedOn, weighing, rule, cause: 'replay', opinion, at };
    const made = decideCase(scope.schoolId, one);
    const said = made.review ? (options.judge?.(learnerId, badge.id, crossedOn) ?? null) : null;
    if (isGiven({ stored, made, said })) own.set(badge.id, crossedOn);
    past.push({ stored, made, said });
  }
  return past;
}

/** Active badges that were crossed, in the order of days; on one day, each after those its rule names. */
function byCrossing(badges: readonly StoredBadge[], crossed: ReadonlyMap<string, SchoolDay>): StoredBadge[] {
  const order = new Map([...crossed.keys()].map((id, i) => [id, i]));
  const rank = ({ badge }: StoredBadge) => order.get(badge.id) ?? 0;
  const day = ({ badge }: StoredBadge) => crossed.get(badge.id) ?? 0;
  return badges
    .filter(({ badge, isActive }) => isActive && crossed.has(badge.id))
    .toSorted((a, b) => day(a) - day(b) || rank(a) - rank(b));
}

/** Whether the learner holds the badge after all was said. */
function isGiven({ made, said }: Past): boolean {
  if (said) return said.verdict === 'approve';
  return made.entry.verdict === 'award';
}

async function writePast(scope: SchoolScope, { options }: Replay, past: readonly Past[]): Promise<void> {
  const systemIds = await recordDecisions(
    scope,
    past.map(({ made }) => made.entry),
  );
  const judged = past.map((one, i) => ({ ...one, decisionId: systemIds[i] }));
  const said = judged.filter((one) => one.said !== null);
  const saidIds = await recordDecisions(
    scope,
    said.map((one) => saidEntry(one, options)),
  );
  const idOfSaid = new Map(said.map((one, i) => [one.decisionId, saidIds[i]]));
  await insertReviews(scope, judged, options);
  await insertAwards(scope, judged, idOfSaid, options);
}

interface Written extends Past {
  readonly decisionId: number;
}

const reviewDelayMs = 86_400_000;

/** A teacher looks at it the next day, and not after today. */
function saidAt({ made }: Past, { at }: ReplayOptions): Date {
  return new Date(Math.min(at.getTime(), made.entry.at.getTime() + reviewDelayMs));
}

function saidEntry(one: Written, options: ReplayOptions): DecisionEntry {
  const { made, said, decisionId } = one;
  if (!said) throw new Error(`decision ${decisionId}: expected a person's word, found none`);
  return {
    ...made.entry,
    verdict: said.verdict,
    confidenceVersion: null,
    evidence: humanEvidence(`review: ${made.review}`),
    actor: said.actor,
    reason: null,
    overrides: decisionId,
    at: saidAt(one, options),
  };
}

async function insertReviews(
  { sql, schoolId }: SchoolScope,
  written: readonly Written[],
  options: ReplayOptions,
): Promise<void> {
  const rows = written.filter(({ made }) => made.review).map((one) => reviewRow(one, options));
  await sql`
    insert into reviews (school_id, learner_id, badge_id, decision_id, confidence, cause, status, opened_at,
      closed_at, closed_by)
    select ${schoolId}::int, * from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as (learner_id int, badge_id text,
      decision_id bigint, confidence float8, cause text, status text, opened_at timestamptz, closed_at timestamptz,
      closed_by text)`;
}

function reviewRow(one: Written, options: ReplayOptions) {
  const { made, said, decisionId } = one;
  const { learnerId, badgeId, confidence, at } = made.entry;
  return {
    learner_id: learnerId,
    badge_id: badgeId,
    decision_id: decisionId,
    confidence,
    cause: made.review,
    status: said ? statusAfter[said.verdict] : 'open',
    opened_at: at.toISOString(),
    closed_at: said ? saidAt(one, options).toISOString() : null,
    closed_by: said ? said.actor : null,
  };
}

const statusAfter = { approve: 'approved', reject: 'rejected' } as const;

/** Awards given at once or after a teacher's yes, and those that a teacher took back. */
async function insertAwards(
  { sql, schoolId }: SchoolScope,
  written: readonly Written[],
  idOfSaid: ReadonlyMap<number, number>,
  options: ReplayOptions,
): Promise<void> {
  const given = written.filter((one) => one.made.entry.verdict === 'award' || isGiven(one));
  const rows = given.map((one) => awardRow(one, idOfSaid, options));
  const added = await sql<{ id: string }[]>`
    insert into awards (school_id, learner_id, badge_id, rule_version, crossed_on, awarded_at, decision_id,
      confidence, decided_by, revoked_at, revoked_by, revoked_reason)
    select ${schoolId}::int, learner_id, badge_id, rule_version, crossed_on, awarded_at, decision_id,
      confidence, decided_by, revoked_at, revoked_by, revoked_reason
    from rows from (jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as (learner_id int, badge_id text, rule_version int,
      crossed_on date, awarded_at timestamptz, decision_id bigint, confidence float8, decided_by text,
      revoked_at timestamptz, revoked_by text, revoked_reason text)) with ordinality
    order by ordinality
    returning id`;
  const news = given.flatMap((one, i) =>
    isGiven(one) ? [noticeRow(one, Number(added[i].id), rows[i].awarded_at, options)] : [],
  );
  await sql`
    insert into notifications (school_id, kind, learner_id, payload, created_at, read_at)
    select ${schoolId}::int, * from jsonb_to_recordset(${JSON.stringify(news)}::text::jsonb) as (kind text, learner_id int,
      payload jsonb, created_at timestamptz, read_at timestamptz)`;
}

function awardRow(one: Written, idOfSaid: ReadonlyMap<number, number>, options: ReplayOptions) {
  const { made, said, decisionId } = one;
  const { entry } = made;
  const isAutomatic = entry.verdict === 'award';
  const takenAt = isAutomatic && !isGiven(one) ? saidAt(one, options).toISOString() : null;
  return {
    learner_id: entry.learnerId,
    badge_id: entry.badgeId,
    rule_version: entry.ruleVersion,
    crossed_on: formatSchoolDay(entry.crossedOn ?? NaN),
    awarded_at: (isAutomatic ? entry.at : saidAt(one, options)).toISOString(),
    decision_id: isAutomatic ? decisionId : (idOfSaid.get(decisionId) ?? decisionId),
    confidence: entry.confidence,
    decided_by: isAutomatic ? entry.actor : (said?.actor ?? entry.actor),
    revoked_at: takenAt,
    revoked_by: takenAt && (said?.actor ?? null),
    revoked_reason: takenAt && 'rejected on review',
  };
}

// Old news is stored as read: nobody is told today about a badge of last year.
const freshMs = 7 * 86_400_000;

function noticeRow({ made, stored }: Written, awardId: number, awardedAt: string, { at }: ReplayOptions) {
  const isOld = at.getTime() - Date.parse(awardedAt) > freshMs;
  return {
    kind: 'award',
    learner_id: made.entry.learnerId,
    payload: { ...badgePayload(made.entry.learnerId, awardId, stored.badge) },
    created_at: awardedAt,
    read_at: isOld ? awardedAt : null,
  };
}

function reportOf(count: number, past: readonly Past[]): ReplayReport {
  const said = (verdict: string) => past.filter((one) => one.said?.verdict === verdict).length;
  const open = past.filter((one) => one.made.review && !one.said);
  const given = past.filter(isGiven);
  const byBadge = Map.groupBy(given, ({ stored }) => stored.badge.id);
  return {
    learners: count,
    awards: given.length,
    openReviews: open.length,
    audits: open.filter(({ made }) => made.review === 'audit').length,
    approved: said('approve'),
    rejected: said('reject'),
    byBadge: Object.fromEntries([...byBadge].map(([id, all]) => [id, all.length])),
  };
}

function sumOf(a: ReplayReport, b: ReplayReport): ReplayReport {
  const ids = [...new Set([...Object.keys(a.byBadge), ...Object.keys(b.byBadge)])];
  const both = ids.map((id): [string, number] => [id, (a.byBadge[id] ?? 0) + (b.byBadge[id] ?? 0)]);
  return {
    learners: a.learners + b.learners,
    awards: a.awards + b.awards,
    openReviews: a.openReviews + b.openReviews,
    audits: a.audits + b.audits,
    approved: a.approved + b.approved,
    rejected: a.rejected + b.rejected,
    byBadge: Object.fromEntries(both.toSorted(([, x], [, y]) => y - x)),
  };
}
