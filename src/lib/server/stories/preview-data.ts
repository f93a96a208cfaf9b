import { badgesNamedIn, type Badge } from '#lib/domain/badges/index.ts';
import { horizonDays } from '#lib/domain/badges/chance-inputs.ts';
import { catalogueVersion, measure } from '#lib/domain/features/index.ts';
import { type FrozenMeasure, frozenWanted } from '#lib/domain/what-if/index.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { packRollups, type PreviewBadge, type PreviewData } from '#lib/preview/data.ts';
import { openPreview } from '#lib/preview/open-preview.ts';
import type { Preview } from '#lib/preview/preview.ts';
import { awardsOf } from '../awards/awards.ts';
import { activeAmong } from '../awards/badges.ts';
import { type Measurement, readCalendarSpans } from '../features/index.ts';
import { loadPreviewModel, type PreviewModel } from '../models/preview-model.ts';
import { loadChampion } from '../models/registry.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import type { BadgeShelf } from './badge-views.ts';
import { loadDueWork } from './due-work.ts';
import { type LearnerReading, readLearner } from './learner-reading.ts';

/** What a learner's own device is sent to look ahead by itself: their own days, the open badges, where the model lies. */
export async function loadPreviewData(
  scope: SchoolScope,
  learnerId: number,
  at: Date,
  locale: Locale,
): Promise<PreviewData> {
  return (await assemble(scope, await readLearner(scope, learnerId, locale, at))).data;
}

/** The same preview, answered by the server: for pages without JavaScript, and to hold the browser's against. */
export async function loadPreview(
  scope: SchoolScope,
  learnerId: number,
  at: Date,
  locale: Locale,
): Promise<ServerPreview> {
  return previewOf(scope, await readLearner(scope, learnerId, locale, at));
}

export interface ServerPreview {
  readonly data: PreviewData;
  readonly preview: Preview;
}

/** `loadPreview` for one who has read the learner already. */
export async function previewOf(scope: SchoolScope, reading: LearnerReading): Promise<ServerPreview> {
  const { data, model } = await assemble(scope, reading);
  return { data, preview: openPreview(data, model?.student ?? null) };
}

async function assemble(
  scope: SchoolScope,
  { learnerId, now, person, rollups, measurement, shelf }: LearnerReading,
): Promise<{ readonly data: PreviewData; readonly model: PreviewModel | null }> {
  const before = now.today + 1;
  const [held, rates, model, calendar, due] = await Promise.all([
    awardsOf(scope, learnerId),
    loadRates(scope),
    loadPreviewModel(scope),
    readCalendarSpans(scope),
    loadDueWork(scope, learnerId, before),
  ]);
  const heldIds = new Set(held.map(({ badgeId }) => badgeId));
  const active = activeAmong(shelf.stored).map(({ badge }) => badge);
  const open = active.filter(({ id }) => !heldIds.has(id));
  const data: PreviewData = {
    version: 1,
    catalogueVersion,
    before,
    joinedOn: person.joinedOn,
    calendar,
    rollups: packRollups(rollups),
    held: held.map(({ badgeId, crossedOn }) => ({ badgeId, crossedOn })),
    badges: open.map((badge) => previewBadge(badge, shelf, rates.get(badge.id) ?? null)),
    otherNames: otherNames(open, shelf),
    due,
    model: model && { version: model.version, url: `/me/preview-model/${model.version}/preview.bin` },
    frozen: frozenIn(measurement, open).map((one) => ({
      ...one,
      now: orNull(one.now),
      then: orNull(one.then),
    })),
  };
  return { data, model };
}

/** How often each badge is earned within the horizon, as the champion counted it. */
async function loadRates(scope: SchoolScope): Promise<ReadonlyMap<string, number>> {
  const champion = await loadChampion(scope, 'badge-chance');
  const { badgeIds = [], badgeRates: rates = new Float64Array() } = champion?.model.facts ?? {};
  return new Map(badgeIds.map((id, i) => [id, rates[i]]));
}

function previewBadge(badge: Badge, shelf: BadgeShelf, rate: number | null): PreviewBadge {
  const { id, family, tier, series, criterion, effortDays, emblem, isConsequential, rarity } = badge;
  const { name, description, share, rarity: liveRarity } = shelf.view(id);
  return {
    id,
    family,
    tier,
    series,
    criterion,
    effortDays,
    emblem,
    isConsequential,
    rarity,
    liveRarity,
    share,
    rate,
    name,
    description,
  };
}

function otherNames(open: readonly Badge[], shelf: BadgeShelf): Record<string, string> {
  const openIds = new Set(open.map(({ id }) => id));
  const named = new Set(open.flatMap(({ criterion }) => [...badgesNamedIn(criterion)]));
  return Object.fromEntries([...named].filter((id) => !openIds.has(id)).map((id) => [id, shelf.nameOf(id)]));
}

function frozenIn({ history, context, before }: Measurement, open: readonly Badge[]): FrozenMeasure[] {
  const earlier = before - horizonDays;
  return frozenWanted(open).map(({ measure: id, window }) => ({
    measure: id,
    window,
    now: measure(id, window, history, context, before),
    then: earlier > history.from ? measure(id, window, history, context, earlier) : NaN,
  }));
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
