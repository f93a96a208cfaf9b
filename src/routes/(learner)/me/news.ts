import type { Bilingual } from '#lib/domain/features/feature.ts';
import type { Emblem, Rarity } from '#lib/domain/badges/badge.ts';
import type { LiveEvent } from '#lib/server/platform/live-messages.ts';

/** A notification about a badge, with all that the page needs to show it at once. */
export interface AwardNews {
  readonly id: number;
  readonly kind: string;
  readonly badgeId: string;
  readonly name: Bilingual;
  readonly rarity: Rarity;
  readonly emblem: Emblem;
}

interface Notified {
  readonly id: number;
  readonly kind: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The news in a live message; empty for one about other things. */
export function newsIn(event: LiveEvent): AwardNews[] {
  return event.type === 'notification' ? asNews(event) : [];
}

/** What happened after the last notification the page saw, while nobody was listening. */
export async function missedAwards(after: number): Promise<AwardNews[]> {
  const response = await fetch(`/notifications?after=${after}`);
  // Offline again, or logged out: the next open line asks anew.
  if (!response.ok) return [];
  const rows: readonly Notified[] = await response.json();
  return rows.flatMap(asNews);
}

function asNews({ id, kind, payload }: Notified): AwardNews[] {
  const { badge, name, rarity, emblem } = payload;
  if (!badge || !name || !rarity || !emblem) return [];
  return [
    {
      id,
      kind,
      badgeId: String(badge),
      name: name as Bilingual,
      rarity: rarity as Rarity,
      emblem: emblem as Emblem,
    },
  ];
}
