import { analyse } from '#lib/server/api/analysis.ts';
import { answer, readQuery } from '#lib/server/api/answer.ts';
import { analysisSchema, noQuery } from '#lib/server/api/schemas.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { app } from '#lib/server/platform/app.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) =>
  answer(event, analysisSchema, async () => {
    readQuery(noQuery, event.url.searchParams);
    const at = (await app()).clock.now();
    const withRisk = event.locals.user?.role !== 'learner';
    return inSchool(event.locals, (scope) => analyse(scope, event.params.id, at, withRisk));
  });
