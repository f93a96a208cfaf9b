import { fail, redirect } from '@sveltejs/kit';
import {
  type Badge,
  badgeFamilies,
  describeCriterion,
  fullEmblem,
  parseBadge,
  RuleError,
} from '#lib/domain/badges/index.ts';
import { studioWords } from '#lib/i18n/studio.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { allBadges, findBadge, saveBadge, setBadgeActive } from '#lib/server/awards/badges.ts';
import { app } from '#lib/server/platform/app.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { takenPlaces } from '../places.ts';
import { previewView } from '../preview-view.ts';
import { idFor, newDefinition, readStudioValues, startValues, type StudioValues } from './studio-form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { locale } = locals;
  return inSchool(locals, async (scope) => {
    const stored = await allBadges(scope);
    const names = new Map(stored.map(({ badge }) => [badge.id, badge.name[locale]]));
    const badges = stored
      .map(({ badge, isActive }) => ({
        id: badge.id,
        name: badge.name[locale],
        family: badge.family,
        rarity: badge.rarity,
        emblem: fullEmblem(badge.emblem),
        rule: describeCriterion(badge.criterion, locale, (id) => names.get(id) ?? id),
        isActive,
      }))
      .toSorted((a, b) => badgeFamilies.indexOf(a.family) - badgeFamilies.indexOf(b.family));
    const from = stored.find(({ badge }) => badge.id === url.searchParams.get('from'));
    const order = badges.flatMap(({ id }) => stored.find(({ badge }) => badge.id === id)?.badge ?? []);
    return { locale, badges, values: startValues(order, from?.badge) };
  });
};

export const actions: Actions = {
  preview: async ({ request, locals }) => {
    const values = readStudioValues(await request.formData());
    const at = (await app()).clock.now();
    return answered(values, () =>
      inSchool(locals, async (scope) => {
        const template = await chosenBadge(scope, values);
        const badge = await draftOf(scope, withWordsOf(values, template), template);
        return { values, preview: await previewView(scope, badge, locals.locale, at) };
      }),
    );
  },
  publish: async ({ request, locals }) => {
    const values = readStudioValues(await request.formData());
    const at = (await app()).clock.now();
    const actor = locals.user?.id ?? 'system';
    const result = await answered(values, () =>
      inSchool(locals, async (scope) => {
        const badge = await draftOf(scope, values, await chosenBadge(scope, values));
        await saveBadge(scope, badge, actor, at);
        if (values.isLive) await setBadgeActive(scope, badge.id, true, actor, at);
        return { published: badge.id };
      }),
    );
    if ('published' in result)
      redirect(303, `/admin/badges/${result.published}?saved=${values.isLive ? 'activated' : 'new'}`);
    return result;
  },
  redress: async ({ request, locals }) => {
    const values = readStudioValues(await request.formData());
    const at = (await app()).clock.now();
    return answered(values, () =>
      inSchool(locals, async (scope) => {
        const before = await chosenBadge(scope, values);
        const badge = parseBadge({ ...before, emblem: values.emblem });
        const { change } = await saveBadge(scope, badge, locals.user?.id ?? 'system', at);
        const name = badge.name[locals.locale];
        return { values, redressed: { id: badge.id, name, change, before: fullEmblem(before.emblem) } };
      }),
    );
  },
};

/** What is not valid comes back to the form with what was typed and where it is wrong. */
async function answered<T>(values: StudioValues, work: () => Promise<T>) {
  try {
    return await work();
  } catch (failure) {
    if (failure instanceof RuleError) return fail(400, { values, issues: failure.issues });
    throw failure;
  }
}

async function chosenBadge(scope: SchoolScope, { badgeId }: StudioValues): Promise<Badge> {
  const stored = await findBadge(scope, badgeId);
  if (stored) return stored.badge;
  const expected = { it: studioWords.it.aBadge, en: studioWords.en.aBadge };
  throw new RuleError([{ path: 'badgeId', expected, got: { it: badgeId, en: badgeId } }]);
}

async function draftOf(scope: SchoolScope, values: StudioValues, template: Badge): Promise<Badge> {
  const taken = new Set([...takenPlaces, ...(await allBadges(scope)).map(({ badge }) => badge.id)]);
  const id = idFor(values.nameEn, (one) => taken.has(one));
  return parseBadge(newDefinition(values, template, id));
}

/** A rule can be tried before the badge has words. */
function withWordsOf(values: StudioValues, { name, description }: Badge): StudioValues {
  return {
    ...values,
    nameIt: values.nameIt || name.it,
    nameEn: values.nameEn || name.en,
    descriptionIt: values.descriptionIt || description.it,
    descriptionEn: values.descriptionEn || description.en,
  };
}
