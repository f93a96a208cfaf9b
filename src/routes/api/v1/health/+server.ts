import { answer } from '#lib/server/api/answer.ts';
import { healthSchema } from '#lib/server/api/schemas.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) =>
  answer(event, healthSchema, async () => ({ status: 'ok' as const }));
