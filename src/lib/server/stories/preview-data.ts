import { badgesNamedIn, type Badge } from '#lib/domain/badges/index.ts';
import { horizonDays } from '#lib/domain/badges/chance-inputs.ts';
import { catalogueVersion, measure } from '#lib/domain/features/index.ts';
import { type FrozenMeasure, frozenWanted } from '#lib/domain/what-if/index.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { packRollups, type PreviewBadge, type PreviewData } from '#lib/preview/data.ts';
import { openPreview } from '#lib/preview/open-preview.ts';
import type { Preview } from '#lib/preview/preview.ts';
import { awardsOf } from '../awards/awards.ts';
import { activeBadges } from '../awards/badges.ts';
import {
  loadLearner,
  type Measurement,
  readCalendarSpans,
  readPeople,
  readRollups,
} from '../features/index.ts';
import { loadPreviewModel, type PreviewModel } from '../models/preview-model.ts';
import { loadChampion } from '../models/registry.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { type BadgeShelf, loadShelf } from './badge-views.ts';
import { loadDueWork } from './due-work.ts';
import { schoolNow } from './school.ts';

/** What a learner's own device is sent to look ahead by itself: their own days, the open badges, where the model lies. */
export async function loadPreviewData(
  scope: SchoolScope,
  learnerId: number,
  at: Date,
  locale: Locale,
): Promise<PreviewData> {
  return (await assemble(scope, learnerId, at, locale)).data;
}

/** The same preview, answered by the server: for pages without JavaScript, and to hold the browser's against. */
export async function loadPreview(
  scope: SchoolScope,
  learnerId: number,
  at: Date,
  locale: Locale,
): Promise<{ readonly data: PreviewData; readonly preview: Preview }> {
  const { data, model } = await assemble(scope, learnerId, at, locale);
  return { data, preview: openPreview(data, model?.student ?? null) };
}

async function assemble(
  scope: SchoolScope,
  learnerId: number,
  at: Date,
  locale: Locale,
): Promise<{ readonly data: PreviewData; readonly model: PreviewModel | null }> {
  const before = (await schoolNow(scope, at)).today + 1;
  const [person] = await readPeople(scope, [learnerId]);
  const rollups = await readRollups(scope, [learnerId], before, undefined);
  const held = await awardsOf(scope, learnerId);
  const heldIds = new Set(held.map(({ badgeId }) => badgeId));
  const active = (await activeBadges(scope)).map(({ badge }) => badge);
  const open = active.filter(({ id }) => !heldIds.has(id));
  const shelf = await loadShelf(scope, locale);
  const rates = await loadRates(scope);
  const model = await loadPreviewModel(scope);
  const data: PreviewData = {
    version: 1,
    catalogueVersion,
    before,
    joinedOn: person.joinedOn,
    calendar: await readCalendarSpans(scope),
    rollups: packRollups(rollups.get(learnerId) ?? []),
    held: held.map(({ badgeId, crossedOn }) => ({ badgeId, crossedOn })),
    badges: open.map((badge) => previewBadge(badge, shelf, rates.get(badge.id) ?? null)),
    otherNames: otherNames(open, shelf),
    due: await loadDueWork(scope, learnerId, before),
    model: model && { version: model.version, url: `/me/preview-model/${model.version}/preview.bin` },
    frozen: frozenIn(await loadLearner(scope, learnerId, before), open).map((one) => ({
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
