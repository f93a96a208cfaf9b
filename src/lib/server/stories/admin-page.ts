import type { Rarity } from '#lib/domain/badges/badge.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { awardsByBadge, awardsByRarity, loadMetrics, type Metrics } from '../monitoring/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { type ActiveSpan, activeLearnersBy, type Span } from './active-learners.ts';
import { schoolNow } from './school.ts';

export interface BadgeRow {
  readonly id: string;
  readonly name: string;
  readonly rarity: Rarity;
  readonly holders: number;
  readonly share: number;
  readonly recent: number;
}

export interface AdminPage {
  readonly metrics: Metrics;
  readonly active: readonly ActiveSpan[];
  readonly badges: readonly BadgeRow[];
  readonly rarities: Readonly<Record<Rarity, number>>;
}

const recentMs = 28 * 86_400_000;

/** How the school runs right now and how its badges spread. */
export async function loadAdminPage(
  scope: SchoolScope,
  span: Span,
  locale: Locale,
  at: Date,
): Promise<AdminPage> {
  const { today } = await schoolNow(scope, at);
  const counts = await awardsByBadge(scope, new Date(at.getTime() - recentMs));
  return {
    metrics: await loadMetrics(scope, at),
    active: await activeLearnersBy(scope, span, today),
    badges: counts.map(({ badge, holders, share, liveRarity, recent }) => ({
      id: badge.id,
      name: badge.name[locale],
      rarity: liveRarity ?? badge.rarity,
      holders,
      share,
      recent,
    })),
    rarities: awardsByRarity(counts),
  };
}
