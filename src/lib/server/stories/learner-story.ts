import { and, asc, desc, eq, inArray } from 'drizzle-orm';
import type { Locale } from '#lib/i18n/index.ts';
import { evidenceSentence } from '#lib/i18n/measures.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { classes, classMembers, decisions, learners, users } from '../platform/db/schema.ts';
import { type BadgeShelf, loadShelf } from './badge-views.ts';
import { type HeldAward, loadAwards, partsOf } from './held-awards.ts';
import { type EngagementView, levelIn } from './levels.ts';
import { type ModelSaid, modelSaid } from './model-said.ts';
import { type RiskStory, risksIn } from './risk.ts';
import { schoolNow } from './school.ts';
import { scoresOf } from './scores.ts';
import { type WeekOfActivity, weeklyActivity } from './weekly-activity.ts';

/** One learner as their teachers see them. */
export interface LearnerStory {
  readonly id: number;
  readonly name: string;
  /** Within the viewer's reach. */
  readonly classes: readonly { readonly id: number; readonly name: string }[];
  readonly level: EngagementView | null;
  /** Of the classes within reach, the highest first. */
  readonly risks: readonly RiskStory[];
  readonly weeks: readonly WeekOfActivity[];
  /** Revoked ones too, newest first. */
  readonly awards: readonly HeldAward[];
  /** The latest entries of the log, newest first. */
  readonly decisions: readonly LoggedDecision[];
}

export interface LoggedDecision {
  readonly id: number;
  readonly badgeName: string;
  readonly verdict: (typeof decisions.$inferSelect)['verdict'];
  readonly confidence: number | null;
  readonly threshold: number | null;
  readonly reason: string | null;
  /** Null when a rule decided. */
  readonly actor: string | null;
  readonly evidence: readonly string[];
  /** What a model answered at the time; null when none was asked. */
  readonly modelSaid: ModelSaid | null;
  readonly at: Date;
}

const weeksShown = 26;
const decisionsShown = 50;

/** Null when the school has no such learner. `classIds`: the classes the viewer may know of. */
export async function loadLearnerStory(
  scope: SchoolScope,
  learnerId: number,
  classIds: readonly number[] | 'all',
  locale: Locale,
  at: Date,
): Promise<LearnerStory | null> {
  const [learner] = await scope.tx
    .select({ id: learners.id, name: learners.name })
    .from(learners)
    .where(and(eq(learners.schoolId, scope.schoolId), eq(learners.id, learnerId)));
  if (!learner) return null;
  const { today } = await schoolNow(scope, at);
  const shelf = await loadShelf(scope, locale);
  const own = await classesOf(scope, learnerId, classIds);
  const known = new Set(own.map(({ id }) => id));
  const stored = await scoresOf(scope, [learnerId], ['engagement-level', 'at-risk']);
  return {
    ...learner,
    classes: own,
    level: levelIn(stored),
    risks: risksIn(stored, locale).filter(({ classId }) => known.has(classId)),
    weeks: await weeklyActivity(scope, learnerId, weeksShown, today),
    awards: await loadAwards(scope, learnerId, shelf, locale, 'revoked too'),
    decisions: await loadDecisions(scope, learnerId, shelf, locale),
  };
}

async function classesOf(
  scope: SchoolScope,
  learnerId: number,
  classIds: readonly number[] | 'all',
): Promise<{ id: number; name: string }[]> {
  return scope.tx
    .select({ id: classes.id, name: classes.name })
    .from(classMembers)
    .innerJoin(
      classes,
      and(eq(classes.schoolId, classMembers.schoolId), eq(classes.id, classMembers.classId)),
    )
    .where(
      and(
        eq(classMembers.schoolId, scope.schoolId),
        eq(classMembers.learnerId, learnerId),
        classIds === 'all' ? undefined : inArray(classMembers.classId, [...classIds]),
      ),
    )
    .orderBy(desc(classes.endsOn), asc(classes.name));
}

async function loadDecisions(
  scope: SchoolScope,
  learnerId: number,
  shelf: BadgeShelf,
  locale: Locale,
): Promise<LoggedDecision[]> {
  const rows = await scope.tx
    .select({ decision: decisions, actor: users.name })
    .from(decisions)
    .leftJoin(users, and(eq(users.schoolId, decisions.schoolId), eq(users.id, decisions.actor)))
    .where(and(eq(decisions.schoolId, scope.schoolId), eq(decisions.learnerId, learnerId)))
    .orderBy(desc(decisions.id))
    .limit(decisionsShown);
  return rows.map(({ decision, actor }) => ({
    id: decision.id,
    badgeName: shelf.nameOf(decision.badgeId),
    verdict: decision.verdict,
    confidence: decision.confidence,
    threshold: decision.threshold,
    reason: decision.reason,
    actor,
    evidence: partsOf(decision.evidence).map((part) => evidenceSentence(locale, part, shelf.nameOf)),
    modelSaid: modelSaid(decision.evidence, locale),
    at: decision.decidedAt,
  }));
}
