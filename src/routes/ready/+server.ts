import { answer } from '#lib/server/api/answer.ts';
import { ApiError } from '#lib/server/api/problem.ts';
import { readySchema } from '#lib/server/api/schemas.ts';
import { app } from '#lib/server/platform/app.ts';
import type { RequestHandler } from './$types';

/** Whether this process can serve: a balancer sends no one here while it cannot. */
export const GET: RequestHandler = (event) =>
  answer(event, readySchema, async () => {
    const { database, log } = await app();
    try {
      await database.pool`select 1`;
    } catch (error) {
      log.warn({ error }, 'ready: the database does not answer');
      throw new ApiError(503, 'not-ready', 'The database does not answer.');
    }
    return { status: 'ready' as const, database: 'ok' as const };
  });
