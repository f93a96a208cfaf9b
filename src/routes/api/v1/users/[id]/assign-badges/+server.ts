import { answer, readQuery } from '#lib/server/api/answer.ts';
import { assignBadges } from '#lib/server/api/assignment.ts';
import { assignmentSchema, noQuery } from '#lib/server/api/schemas.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { app } from '#lib/server/platform/app.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = (event) =>
  answer(event, assignmentSchema, async () => {
    readQuery(noQuery, event.url.searchParams);
    const at = (await app()).clock.now();
    return inSchool(event.locals, (scope) => assignBadges(scope, event.params.id, at));
  });
