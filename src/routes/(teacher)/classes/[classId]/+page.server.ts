import { error } from '@sveltejs/kit';
import { inSchool, rowId } from '#lib/server/auth/reach.ts';
import { app } from '#lib/server/platform/app.ts';
import { inOrder, sortOrderIn } from '#lib/server/stories/class-order.ts';
import { loadClassPage } from '#lib/server/stories/class-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
  depends('merito:class');
  const { clock } = await app();
  const found = await inSchool(locals, (scope) =>
    loadClassPage(scope, rowId(params.classId), locals.locale, clock.now()),
  );
  if (!found) error(404, 'Not found');
  const order = sortOrderIn(url.searchParams);
  return { order, page: { ...found, learners: inOrder(found.learners, order) } };
};
