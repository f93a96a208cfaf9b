import { error, fail, redirect } from '@sveltejs/kit';
import {
  type Badge,
  describeCriterion,
  parseBadge,
  RuleError,
  type RuleIssue,
} from '#lib/domain/badges/index.ts';
import { badgeWords } from '#lib/i18n/badges.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { holdersShare } from '#lib/server/awards/awards.ts';
import { findBadge, saveBadge, setBadgeActive } from '#lib/server/awards/badges.ts';
import { app } from '#lib/server/platform/app.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { type BadgeValues, blankBadge, definitionOf, readValues, valuesOf } from '../badge-form.ts';
import { newBadge, takenPlaces } from '../places.ts';
import { badgeNames, previewView } from '../preview-view.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { locale } = locals;
  const done = url.searchParams.get('saved');
  if (params.badgeId === newBadge) return { locale, values: blankBadge, stored: null, done };
  return inSchool(locals, async (scope) => {
    const stored = await findBadge(scope, params.badgeId);
    if (!stored) error(404, 'Not found');
    const names = await badgeNames(scope, locale);
    const held = (await holdersShare(scope)).get(params.badgeId) ?? null;
    const { badge, ruleVersion, isActive } = stored;
    const rule = describeCriterion(badge.criterion, locale, names);
    return { locale, values: valuesOf(badge), stored: { badge, ruleVersion, isActive, held, rule }, done };
  });
};

export const actions: Actions = {
  preview: async ({ request, locals, params }) => {
    const values = readValues(await request.formData());
    const at = (await app()).clock.now();
    return answered(values, () =>
      inSchool(locals, async (scope) => {
        const badge = await readBadge(scope, values, params.badgeId);
        return { values, preview: await previewView(scope, badge, locals.locale, at) };
      }),
    );
  },
  save: async ({ request, locals, params }) => {
    const values = readValues(await request.formData());
    const at = (await app()).clock.now();
    const result = await answered(values, () =>
      inSchool(locals, async (scope) => {
        const badge = await readBadge(scope, values, params.badgeId);
        const { change } = await saveBadge(scope, badge, locals.user?.id ?? 'system', at);
        return { saved: { id: badge.id, change } };
      }),
    );
    if ('saved' in result) redirect(303, `/admin/badges/${result.saved.id}?saved=${result.saved.change}`);
    return result;
  },
  activate: ({ locals, params }) => setActive(locals, params.badgeId, true),
  deactivate: ({ locals, params }) => setActive(locals, params.badgeId, false),
};

async function setActive(locals: App.Locals, badgeId: string, isActive: boolean): Promise<never> {
  const at = (await app()).clock.now();
  const actor = locals.user?.id ?? 'system';
  const isFound = await inSchool(locals, (scope) => setBadgeActive(scope, badgeId, isActive, actor, at));
  if (!isFound) error(404, 'Not found');
  redirect(303, `/admin/badges/${badgeId}?saved=${isActive ? 'activated' : 'deactivated'}`);
}

/** A rule that is not valid comes back to the form with what was typed and where it is wrong. */
async function answered<T>(values: BadgeValues, work: () => Promise<T>) {
  try {
    return await work();
  } catch (failure) {
    if (failure instanceof RuleError) return fail(400, { values, issues: failure.issues });
    throw failure;
  }
}

async function readBadge(scope: SchoolScope, values: BadgeValues, badgeId: string): Promise<Badge> {
  const isNew = badgeId === newBadge;
  const id = isNew ? values.id : badgeId;
  const stored = await findBadge(scope, id);
  if (isNew && (stored || takenPlaces.includes(id))) throw new RuleError([takenId(id)]);
  if (!isNew && !stored) error(404, 'Not found');
  return parseBadge(definitionOf({ ...values, id }, stored?.badge ?? null));
}

function takenId(id: string): RuleIssue {
  const expected = { it: badgeWords.it.idTaken, en: badgeWords.en.idTaken };
  return { path: 'id', expected, got: { it: id, en: id } };
}
