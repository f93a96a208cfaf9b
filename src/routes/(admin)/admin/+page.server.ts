import { inSchool } from '#lib/server/auth/reach.ts';
import { app } from '#lib/server/platform/app.ts';
import { spans } from '#lib/server/stories/active-learners.ts';
import { loadAdminPage } from '#lib/server/stories/admin-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
  depends('merito:admin');
  const { clock } = await app();
  const span = spans.find((name) => name === url.searchParams.get('by')) ?? 'day';
  return {
    span,
    page: await inSchool(locals, (scope) => loadAdminPage(scope, span, locals.locale, clock.now())),
  };
};
