import { fail } from '@sveltejs/kit';
import { doors } from '#lib/i18n/doors.ts';
import { apiScopes } from '#lib/server/auth/access.ts';
import { createApiKey, isApiScope, listApiKeys, revokeApiKey } from '#lib/server/auth/api-keys.ts';
import { textOf } from '#lib/server/auth/form.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { app } from '#lib/server/platform/app.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const keys = await inSchool(locals, listApiKeys);
  const asked = url.searchParams.get('revoke');
  return {
    locale: locals.locale,
    scopes: apiScopes,
    keys: keys.map(({ schoolId: _, ...key }) => key),
    /** The key that `?revoke=ID` asks to confirm. */
    toRevoke: keys.find(({ id, revokedAt }) => id === asked && !revokedAt)?.id ?? null,
  };
};

export const actions: Actions = {
  create: async ({ request, locals }) => {
    const form = await request.formData();
    const words = doors[locals.locale];
    const name = textOf(form, 'name').slice(0, 80);
    const scopes = form.getAll('scopes').filter(isApiScope);
    if (!name) return fail(400, { name, scopes, faults: { name: words.required } });
    if (scopes.length === 0) return fail(400, { name, scopes, faults: { scopes: words.keys.wrongScopes } });
    const at = (await app()).clock.now();
    const createdBy = locals.user?.id ?? null;
    const made = await inSchool(locals, (scope) => createApiKey(scope, { name, scopes, createdBy }, at));
    return { token: made.token };
  },
  revoke: async ({ request, locals }) => {
    const id = textOf(await request.formData(), 'id');
    const at = (await app()).clock.now();
    const isRevoked = await inSchool(locals, (scope) => revokeApiKey(scope, id, at));
    if (!isRevoked) return fail(404, { faults: { revoke: doors[locals.locale].keys.gone } });
    return { revoked: id };
  },
};
