import { engagementAnalytics } from '#lib/server/api/analytics.ts';
import { answer, readQuery } from '#lib/server/api/answer.ts';
import { engagementQuery, engagementSchema } from '#lib/server/api/schemas.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { app } from '#lib/server/platform/app.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) =>
  answer(event, engagementSchema, async () => {
    const query = readQuery(engagementQuery, event.url.searchParams);
    const at = (await app()).clock.now();
    return inSchool(event.locals, (scope) => engagementAnalytics(scope, query, at));
  });
