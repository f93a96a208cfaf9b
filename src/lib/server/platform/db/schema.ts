import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  date,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  serial,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

// Every table of a school leads its key with school_id; row-level security on it stands in drizzle/*_walls.sql.

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const day = (name: string) => date(name, { mode: 'string' });
const schoolId = () =>
  integer('school_id')
    .notNull()
    .references(() => schools.id, { onDelete: 'cascade' });

export const schools = pgTable('schools', {
  id: serial('id').primaryKey(),
  slug: text('slug').notNull().unique(),
  name: text('name').notNull(),
  timeZone: text('time_zone').notNull().default('Europe/Rome'),
  locale: text('locale').notNull().default('it'),
  /** True only for the school that `npm run demo` makes. */
  isDemo: boolean('is_demo').notNull().default(false),
  /** The greatest share of automatic awards that may be undeserved. */
  falseAwardBound: doublePrecision('false_award_bound').notNull().default(0.01),
  /** How much wider a fresh model may make a gap between protected groups before a person must decide. */
  fairnessBound: doublePrecision('fairness_bound').notNull().default(0.1),
  createdAt: instant('created_at').notNull().defaultNow(),
});

// ── People and doors ─────────────────────────────────────────────────────────────────────────────

export const users = pgTable(
  'users',
  {
    id: text('id').primaryKey(),
    schoolId: schoolId(),
    email: text('email').notNull().unique(),
    name: text('name').notNull(),
    role: text('role', { enum: ['learner', 'teacher', 'admin'] }).notNull(),
    passwordHash: text('password_hash').notNull(),
    /** Set for role learner: the learner this account belongs to. */
    learnerId: integer('learner_id'),
    locale: text('locale'),
    createdAt: instant('created_at').notNull().defaultNow(),
    disabledAt: instant('disabled_at'),
  },
  (t) => [index('users_by_school').on(t.schoolId)],
);

export const sessions = pgTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: instant('expires_at').notNull(),
    /** The session ends here whatever its use. */
    absoluteEnd: instant('absolute_end').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [index('sessions_by_user').on(t.userId)],
);

export const apiKeys = pgTable(
  'api_keys',
  {
    schoolId: schoolId(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    /** SHA-256 of the secret, hex. */
    secretHash: text('secret_hash').notNull().unique(),
    scopes: text('scopes').array().notNull(),
    createdBy: text('created_by'),
    createdAt: instant('created_at').notNull().defaultNow(),
    lastUsedAt: instant('last_used_at'),
    revokedAt: instant('revoked_at'),
  },
  (t) => [primaryKey({ columns: [t.schoolId, t.id] })],
);

// ── The school ───────────────────────────────────────────────────────────────────────────────────

export const calendarSpans = pgTable(
  'calendar_spans',
  {
    schoolId: schoolId(),
    id: serial('id').notNull(),
    kind: text('kind', { enum: ['term', 'holiday'] }).notNull(),
    name: text('name').notNull(),
    startsOn: day('starts_on').notNull(),
    /** The last day, included. */
    endsOn: day('ends_on').notNull(),
  },
  (t) => [primaryKey({ columns: [t.schoolId, t.id] })],
);

export const classes = pgTable(
  'classes',
  {
    schoolId: schoolId(),
    id: serial('id').notNull(),
    externalId: text('external_id').notNull(),
    name: text('name').notNull(),
    subject: text('subject'),
    startsOn: day('starts_on').notNull(),
    endsOn: day('ends_on').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.id] }),
    uniqueIndex('classes_by_external_id').on(t.schoolId, t.externalId),
  ],
);

export const learners = pgTable(
  'learners',
  {
    schoolId: schoolId(),
    id: serial('id').notNull(),
    externalId: text('external_id').notNull(),
    name: text('name').notNull(),
    joinedOn: day('joined_on').notNull(),
    leftOn: day('left_on'),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.id] }),
    uniqueIndex('learners_by_external_id').on(t.schoolId, t.externalId),
  ],
);

/** Protected attributes: for the fairness report alone, never read by features, models or rules. */
export const protectedAttributes = pgTable(
  'protected_attributes',
  {
    schoolId: schoolId(),
    learnerId: integer('learner_id').notNull(),
    attribute: text('attribute').notNull(),
    value: text('value').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.learnerId, t.attribute] }),
    foreignKey({
      columns: [t.schoolId, t.learnerId],
      foreignColumns: [learners.schoolId, learners.id],
    }).onDelete('cascade'),
  ],
);

export const classMembers = pgTable(
  'class_members',
  {
    schoolId: schoolId(),
    classId: integer('class_id').notNull(),
    learnerId: integer('learner_id').notNull(),
    joinedOn: day('joined_on').notNull(),
    /** The first day the learner is no longer in the class; null while enrolled. */
    leftOn: day('left_on'),
    /** How it ended, once known. */
    outcome: text('outcome', { enum: ['distinction', 'pass', 'fail', 'withdrawn'] }),
    /** What was known at enrolment and may be learnt from: credits, earlier attempts, education level. */
    background: jsonb('background').$type<Readonly<Record<string, number>>>().notNull().default({}),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.classId, t.learnerId] }),
    index('class_members_by_learner').on(t.schoolId, t.learnerId),
    foreignKey({ columns: [t.schoolId, t.classId], foreignColumns: [classes.schoolId, classes.id] }).onDelete(
      'cascade',
    ),
    foreignKey({
      columns: [t.schoolId, t.learnerId],
      foreignColumns: [learners.schoolId, learners.id],
    }).onDelete('cascade'),
  ],
);

export const classTeachers = pgTable(
  'class_teachers',
  {
    schoolId: schoolId(),
    classId: integer('class_id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.classId, t.userId] }),
    foreignKey({ columns: [t.schoolId, t.classId], foreignColumns: [classes.schoolId, classes.id] }).onDelete(
      'cascade',
    ),
  ],
);

export const assignments = pgTable(
  'assignments',
  {
    schoolId: schoolId(),
    id: serial('id').notNull(),
    classId: integer('class_id').notNull(),
    externalId: text('external_id').notNull(),
    title: text('title').notNull(),
    dueOn: day('due_on'),
    /** Share of the final mark, 0 to 100. */
    weight: doublePrecision('weight').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.id] }),
    uniqueIndex('assignments_by_external_id').on(t.schoolId, t.externalId),
    foreignKey({ columns: [t.schoolId, t.classId], foreignColumns: [classes.schoolId, classes.id] }).onDelete(
      'cascade',
    ),
  ],
);

// ── Activity ─────────────────────────────────────────────────────────────────────────────────────

/** Partitioned by month of `day`; the migration says so, since drizzle has no word for it. */
export const activityEvents = pgTable(
  'activity_events',
  {
    schoolId: integer('school_id').notNull(),
    learnerId: integer('learner_id').notNull(),
    day: day('day').notNull(),
    id: bigserial('id', { mode: 'number' }).notNull(),
    /** The sender's id; null for rows of a bulk import, which counts its rows by position instead. */
    eventId: text('event_id'),
    classId: integer('class_id').notNull().default(0),
    kind: text('kind').notNull(),
    /** Null when only the day is known. */
    occurredAt: instant('occurred_at'),
    quantity: doublePrecision('quantity').notNull(),
    seconds: integer('seconds').notNull(),
    score: doublePrecision('score'),
    dueAt: instant('due_at'),
    source: text('source').notNull(),
    item: text('item'),
    receivedAt: instant('received_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.schoolId, t.learnerId, t.day, t.id] })],
);

/** One row an accepted event id: the id decides, whatever time the repeated event claims. */
export const eventReceipts = pgTable(
  'event_receipts',
  {
    schoolId: integer('school_id').notNull(),
    eventId: text('event_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.schoolId, t.eventId] })],
);

export const dailyRollups = pgTable(
  'daily_rollups',
  {
    schoolId: integer('school_id').notNull(),
    learnerId: integer('learner_id').notNull(),
    day: day('day').notNull(),
    kind: text('kind').notNull(),
    classId: integer('class_id').notNull().default(0),
    count: integer('count').notNull(),
    quantity: doublePrecision('quantity').notNull(),
    seconds: integer('seconds').notNull(),
    scoreSum: doublePrecision('score_sum').notNull(),
    scoreCount: integer('score_count').notNull(),
    dueCount: integer('due_count').notNull(),
    lateCount: integer('late_count').notNull(),
    leadDaysSum: doublePrecision('lead_days_sum').notNull(),
    slots: bigint('slots', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.schoolId, t.learnerId, t.day, t.kind, t.classId] })],
);

/** What a class did in a day, summed: the yardstick for "against the class" features. */
export const classRollups = pgTable(
  'class_rollups',
  {
    schoolId: integer('school_id').notNull(),
    classId: integer('class_id').notNull(),
    day: day('day').notNull(),
    /** Active kinds only. */
    count: integer('count').notNull(),
    quantity: doublePrecision('quantity').notNull(),
    scoreSum: doublePrecision('score_sum').notNull(),
    scoreCount: integer('score_count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.schoolId, t.classId, t.day] })],
);

/** Learners whose rollups changed since their last evaluation, written in the transaction that changed them. */
export const pendingEvaluations = pgTable(
  'pending_evaluations',
  {
    schoolId: integer('school_id').notNull(),
    learnerId: integer('learner_id').notNull(),
    since: instant('since').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.schoolId, t.learnerId] })],
);

export const importRuns = pgTable(
  'import_runs',
  {
    schoolId: schoolId(),
    id: serial('id').notNull(),
    kind: text('kind', { enum: ['oulad', 'events'] }).notNull(),
    /** SHA-256 over the names, sizes and first and last blocks of the source files. */
    fingerprint: text('fingerprint').notNull(),
    label: text('label').notNull(),
    status: text('status', { enum: ['running', 'done', 'failed'] }).notNull(),
    /** Rows of the source already committed: where a resumed run goes on. */
    position: bigint('position', { mode: 'number' }).notNull().default(0),
    accepted: bigint('accepted', { mode: 'number' }).notNull().default(0),
    refused: bigint('refused', { mode: 'number' }).notNull().default(0),
    repeated: bigint('repeated', { mode: 'number' }).notNull().default(0),
    message: text('message'),
    startedAt: instant('started_at').notNull().defaultNow(),
    endedAt: instant('ended_at'),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.id] }),
    uniqueIndex('import_runs_by_fingerprint').on(t.schoolId, t.fingerprint),
  ],
);

// ── Features, scores, models ─────────────────────────────────────────────────────────────────────

/** The latest measures of a learner: a cache that evaluateLearner rewrites. */
export const learnerFeatures = pgTable(
  'learner_features',
  {
    schoolId: integer('school_id').notNull(),
    learnerId: integer('learner_id').notNull(),
    /** Measured from days before this one. */
    before: day('before').notNull(),
    catalogueVersion: integer('catalogue_version').notNull(),
    /** In catalogue order; null where not measured. */
    values: jsonb('values').$type<readonly (number | null)[]>().notNull(),
    measuredAt: instant('measured_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.schoolId, t.learnerId] })],
);

export const scores = pgTable(
  'scores',
  {
    schoolId: integer('school_id').notNull(),
    learnerId: integer('learner_id').notNull(),
    /** engagement-level, badge-chance, at-risk … */
    task: text('task').notNull(),
    /** The badge for badge-chance, the class for at-risk, empty otherwise. */
    subject: text('subject').notNull().default(''),
    /** A probability, 0 to 1, or the index of the level. */
    value: doublePrecision('value').notNull(),
    label: text('label'),
    confidence: doublePrecision('confidence').notNull(),
    modelVersion: text('model_version').notNull(),
    explanation: jsonb('explanation').$type<ScoreExplanation>().notNull(),
    scoredAt: instant('scored_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.learnerId, t.task, t.subject] }),
    index('scores_by_task').on(t.schoolId, t.task, t.value),
  ],
);

export interface ScoreExplanation {
  /** The model's average answer. */
  readonly base: number;
  /** How far each feature moved this answer, largest first, in the model's margin. */
  readonly contributions: readonly {
    readonly feature: string;
    readonly value: number | null;
    readonly effect: number;
  }[];
  /** What all the features not named above moved together: base + every effect + rest is the model's margin. */
  readonly rest?: number;
  /** The classes that the answer does not rule out at 90 % confidence, per class; one is a firm answer. */
  readonly classes?: readonly number[];
  /** Changes within the learner's reach that would move the answer most, with the answer before and after. */
  readonly helps?: readonly {
    readonly changes: readonly { readonly feature: string; readonly from: number; readonly to: number }[];
    readonly before: number;
    readonly after: number;
  }[];
  /** Where the attention of a network in the model went: each week by its first day, oldest first; shares sum to 1. */
  readonly attention?: readonly { readonly week: string; readonly share: number }[];
}

export const modelVersions = pgTable(
  'model_versions',
  {
    schoolId: schoolId(),
    task: text('task').notNull(),
    version: text('version').notNull(),
    status: text('status', { enum: ['champion', 'challenger', 'retired', 'refused'] }).notNull(),
    /** Folder of the artifact below the artifact root. */
    folder: text('folder').notNull(),
    card: jsonb('card').$type<Readonly<Record<string, unknown>>>().notNull(),
    trainedAt: instant('trained_at').notNull(),
    message: text('message'),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.task, t.version] }),
    uniqueIndex('one_champion_per_task')
      .on(t.schoolId, t.task)
      .where(sql`status = 'champion'`),
  ],
);

export const jobRuns = pgTable(
  'job_runs',
  {
    schoolId: schoolId(),
    id: serial('id').notNull(),
    kind: text('kind').notNull(),
    status: text('status', { enum: ['queued', 'running', 'done', 'failed'] }).notNull(),
    /** 0 to 1. */
    progress: doublePrecision('progress').notNull().default(0),
    message: text('message'),
    startedBy: text('started_by'),
    startedAt: instant('started_at').notNull().defaultNow(),
    endedAt: instant('ended_at'),
  },
  (t) => [primaryKey({ columns: [t.schoolId, t.id] })],
);

// ── Badges, decisions, awards ────────────────────────────────────────────────────────────────────

export const badges = pgTable(
  'badges',
  {
    schoolId: schoolId(),
    id: text('id').notNull(),
    /** Grows with every change of the rule. */
    ruleVersion: integer('rule_version').notNull().default(1),
    /** A domain/badges Badge, checked by its schema on the way in and out. */
    definition: jsonb('definition').$type<Readonly<Record<string, unknown>>>().notNull(),
    isActive: boolean('is_active').notNull().default(true),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.schoolId, t.id] })],
);

/** Append-only: a trigger refuses every update and delete. */
export const decisions = pgTable(
  'decisions',
  {
    schoolId: integer('school_id').notNull(),
    id: bigserial('id', { mode: 'number' }).notNull(),
    learnerId: integer('learner_id').notNull(),
    badgeId: text('badge_id').notNull(),
    /** `award` and `review` come from evaluateLearner; the others record what a person or a rule change did. */
    verdict: text('verdict', {
      enum: ['award', 'review', 'approve', 'reject', 'revoke', 'restore'],
    }).notNull(),
    confidence: doublePrecision('confidence'),
    threshold: doublePrecision('threshold'),
    ruleVersion: integer('rule_version').notNull(),
    /** Which version of the confidence measured it. */
    confidenceVersion: text('confidence_version'),
    crossedOn: day('crossed_on'),
    /** The evidence: measures, margins, signs of gaming. */
    evidence: jsonb('evidence').$type<unknown>().notNull(),
    /** 'system' or the id of a user. */
    actor: text('actor').notNull(),
    reason: text('reason'),
    /** The decision this one overrides. */
    overrides: bigint('overrides', { mode: 'number' }),
    decidedAt: instant('decided_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.id] }),
    index('decisions_by_learner').on(t.schoolId, t.learnerId, t.badgeId),
  ],
);

export const awards = pgTable(
  'awards',
  {
    schoolId: integer('school_id').notNull(),
    id: bigserial('id', { mode: 'number' }).notNull(),
    learnerId: integer('learner_id').notNull(),
    badgeId: text('badge_id').notNull(),
    ruleVersion: integer('rule_version').notNull(),
    /** The day on which the rule was first met. */
    crossedOn: day('crossed_on').notNull(),
    awardedAt: instant('awarded_at').notNull(),
    decisionId: bigint('decision_id', { mode: 'number' }).notNull(),
    confidence: doublePrecision('confidence').notNull(),
    decidedBy: text('decided_by').notNull(),
    revokedAt: instant('revoked_at'),
    revokedBy: text('revoked_by'),
    revokedReason: text('revoked_reason'),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.id] }),
    uniqueIndex('awards_held_once')
      .on(t.schoolId, t.learnerId, t.badgeId)
      .where(sql`revoked_at is null`),
    index('awards_by_badge').on(t.schoolId, t.badgeId),
    index('awards_by_time').on(t.schoolId, t.awardedAt),
  ],
);

export const reviews = pgTable(
  'reviews',
  {
    schoolId: integer('school_id').notNull(),
    id: bigserial('id', { mode: 'number' }).notNull(),
    learnerId: integer('learner_id').notNull(),
    badgeId: text('badge_id').notNull(),
    decisionId: bigint('decision_id', { mode: 'number' }).notNull(),
    confidence: doublePrecision('confidence').notNull(),
    /** Why a person is asked: 'low confidence', 'consequential', 'audit' (a random sample of sure ones). */
    cause: text('cause').notNull(),
    status: text('status', { enum: ['open', 'approved', 'rejected', 'withdrawn'] })
      .notNull()
      .default('open'),
    openedAt: instant('opened_at').notNull(),
    closedAt: instant('closed_at'),
    closedBy: text('closed_by'),
    reason: text('reason'),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.id] }),
    uniqueIndex('reviews_open_once')
      .on(t.schoolId, t.learnerId, t.badgeId)
      .where(sql`status = 'open'`),
    index('reviews_by_status').on(t.schoolId, t.status, t.openedAt),
  ],
);

/** Written in the same transaction as what it tells; a page that was offline reads from its last id on. */
export const notifications = pgTable(
  'notifications',
  {
    schoolId: integer('school_id').notNull(),
    id: bigserial('id', { mode: 'number' }).notNull(),
    kind: text('kind').notNull(),
    /** Who may see it: a learner, a class, or (both null) the admins of the school. */
    learnerId: integer('learner_id'),
    classId: integer('class_id'),
    payload: jsonb('payload').$type<Readonly<Record<string, unknown>>>().notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    readAt: instant('read_at'),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.id] }),
    index('notifications_by_learner').on(t.schoolId, t.learnerId, t.id),
  ],
);

/** What a learner set out to earn; at most one open goal a badge. */
export const goals = pgTable(
  'goals',
  {
    schoolId: schoolId(),
    id: bigserial('id', { mode: 'number' }).notNull(),
    learnerId: integer('learner_id').notNull(),
    badgeId: text('badge_id').notNull(),
    /** How far the learner was when the goal was set, 0 to 1. */
    progressAtStart: doublePrecision('progress_at_start').notNull(),
    wantedAt: instant('wanted_at').notNull(),
    endedAt: instant('ended_at'),
    ended: text('ended', { enum: ['reached', 'dropped'] }),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.id] }),
    uniqueIndex('goals_open_once')
      .on(t.schoolId, t.learnerId, t.badgeId)
      .where(sql`ended_at is null`),
    foreignKey({
      columns: [t.schoolId, t.learnerId],
      foreignColumns: [learners.schoolId, learners.id],
    }).onDelete('cascade'),
    foreignKey({ columns: [t.schoolId, t.badgeId], foreignColumns: [badges.schoolId, badges.id] }).onDelete(
      'cascade',
    ),
  ],
);

/** Where a learner stood as of a day, in the few numbers an autoencoder makes of the features. */
export const learnerEmbeddings = pgTable(
  'learner_embeddings',
  {
    schoolId: schoolId(),
    learnerId: integer('learner_id').notNull(),
    /** From the days before this one. */
    before: day('before').notNull(),
    modelVersion: text('model_version').notNull(),
    values: jsonb('values').$type<readonly number[]>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.schoolId, t.learnerId, t.before] }),
    foreignKey({
      columns: [t.schoolId, t.learnerId],
      foreignColumns: [learners.schoolId, learners.id],
    }).onDelete('cascade'),
  ],
);
