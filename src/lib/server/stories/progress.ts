import type { Badge } from '#lib/domain/badges/badge.ts';
import { evaluateCriterion, historyProbe, type Outcome } from '#lib/domain/badges/index.ts';
import { type Candidate, nextTiers } from '#lib/domain/badges/promise.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { missingSentence } from '#lib/i18n/measures.ts';
import type { Measurement } from '../features/index.ts';
import type { BadgeShelf, BadgeView } from './badge-views.ts';
import { type ChanceReasons, chanceReasons } from './chance-reasons.ts';
import type { BadgeChance } from './scores.ts';

/** A badge on the way: what is there, what still lacks. */
export interface Ongoing extends Candidate {
  readonly badge: BadgeView;
  /** What still lacks, one sentence each. Empty: the rule is met and the decision is on its way. */
  readonly missing: readonly string[];
  /** Why the chance is what it is; null when there is none or nothing to say about it. */
  readonly reasons: ChanceReasons | null;
}

/** The badges a learner can still earn; of a series only the next tier. The most advanced first. */
export function ongoingBadges(
  measurement: Measurement,
  held: ReadonlySet<string>,
  chances: ReadonlyMap<string, BadgeChance>,
  shelf: BadgeShelf,
  locale: Locale,
): Ongoing[] {
  const open = shelf.stored.filter(({ badge, isActive }) => isActive && !held.has(badge.id));
  const probe = historyProbe(measurement.history, measurement.context, (badgeId) => held.has(badgeId));
  return nextTiers(open.map(({ badge }) => badge))
    .map((badge) => {
      const outcome = evaluateCriterion(badge.criterion, probe, measurement.before);
      return ongoing(badge, outcome, chances.get(badge.id) ?? null, shelf, locale);
    })
    .toSorted((a, b) => b.progress - a.progress);
}

function ongoing(
  badge: Badge,
  outcome: Outcome,
  chance: BadgeChance | null,
  shelf: BadgeShelf,
  locale: Locale,
): Ongoing {
  const view = shelf.view(badge.id);
  return {
    badge: view,
    rarity: view.rarity,
    effortDays: badge.effortDays,
    progress: outcome.progress,
    chance: chance?.value ?? null,
    missing: outcome.missing.map((part) => missingSentence(locale, part, shelf.nameOf)),
    reasons: chance && chanceReasons(chance.explanation, locale),
  };
}
