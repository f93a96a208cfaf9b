import { problemOf, problemResponse } from '#lib/server/api/problem.ts';
import type { RequestHandler } from './$types';

/** Programs get a problem, not a page, for an address that the API does not have. */
export const fallback: RequestHandler = ({ url }) =>
  problemResponse(
    problemOf(404, 'not-found', `The API has no ${url.pathname}. Its addresses stand at /api.`),
  );
