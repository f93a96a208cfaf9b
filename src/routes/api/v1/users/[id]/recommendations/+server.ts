import { answer, readQuery } from '#lib/server/api/answer.ts';
import { recommendFor } from '#lib/server/api/assignment.ts';
import { noQuery, recommendationsSchema } from '#lib/server/api/schemas.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { app } from '#lib/server/platform/app.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) =>
  answer(event, recommendationsSchema, async () => {
    readQuery(noQuery, event.url.searchParams);
    const at = (await app()).clock.now();
    return inSchool(event.locals, (scope) => recommendFor(scope, event.params.id, at));
  });
