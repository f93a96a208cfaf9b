import { aliasedTable, and, desc, eq } from 'drizzle-orm';
import type { Evidence } from '#lib/domain/badges/index.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { evidenceSentence } from '#lib/i18n/measures.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { awards, decisions, users } from '../platform/db/schema.ts';
import type { BadgeShelf, BadgeView } from './badge-views.ts';

export interface HeldAward {
  readonly id: number;
  readonly badge: BadgeView;
  /** The day the rule was first met, yyyy-mm-dd. */
  readonly crossedOn: string;
  readonly awardedAt: Date;
  readonly confidence: number;
  /** The teacher who decided; null when the rule and the confidence sufficed. */
  readonly decidedBy: string | null;
  /** Why, one sentence for each condition that was met. */
  readonly why: readonly string[];
  readonly revoked: { readonly at: Date; readonly reason: string } | null;
}

/** A learner's awards, newest first. `including` says whether revoked ones are listed. */
export async function loadAwards(
  scope: SchoolScope,
  learnerId: number,
  shelf: BadgeShelf,
  locale: Locale,
  including: 'held' | 'revoked too' = 'held',
): Promise<HeldAward[]> {
  const rows = await selectAwards(scope, learnerId);
  return rows
    .filter(({ award }) => including === 'revoked too' || award.revokedAt === null)
    .map(({ award, own, overridden, decidedBy }) => ({
      id: award.id,
      badge: shelf.view(award.badgeId),
      crossedOn: award.crossedOn,
      awardedAt: award.awardedAt,
      confidence: award.confidence,
      decidedBy,
      why: reasons(own, overridden, shelf, locale),
      revoked: award.revokedAt && { at: award.revokedAt, reason: award.revokedReason ?? '' },
    }));
}

function selectAwards(scope: SchoolScope, learnerId: number) {
  const decision = aliasedTable(decisions, 'decision');
  const before = aliasedTable(decisions, 'before');
  return scope.tx
    .select({
      award: awards,
      own: decision.evidence,
      overridden: before.evidence,
      decidedBy: users.name,
    })
    .from(awards)
    .leftJoin(decision, and(eq(decision.schoolId, awards.schoolId), eq(decision.id, awards.decisionId)))
    .leftJoin(before, and(eq(before.schoolId, decision.schoolId), eq(before.id, decision.overrides)))
    .leftJoin(users, and(eq(users.schoolId, awards.schoolId), eq(users.id, awards.decidedBy)))
    .where(and(eq(awards.schoolId, scope.schoolId), eq(awards.learnerId, learnerId)))
    .orderBy(desc(awards.crossedOn), desc(awards.id));
}

/** A person's approval carries no measures: those stand in the decision it overrides. */
function reasons(own: unknown, overridden: unknown, shelf: BadgeShelf, locale: Locale): string[] {
  const parts = partsOf(own);
  return (parts.length > 0 ? parts : partsOf(overridden))
    .filter((part) => part.isMet)
    .map((part) => evidenceSentence(locale, part, shelf.nameOf));
}

/** The measures in the evidence of a decision; none when a person decided alone. */
export function partsOf(evidence: unknown): readonly Evidence[] {
  if (typeof evidence !== 'object' || evidence === null || !('parts' in evidence)) return [];
  return Array.isArray(evidence.parts) ? (evidence.parts as readonly Evidence[]) : [];
}
