import { readApi } from '#lib/server/api/reading.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => ({
  api: readApi(),
  locale: locals.locale,
  origin: url.origin,
});
