import { answer } from '#lib/server/api/answer.ts';
import { statusSchema } from '#lib/server/api/schemas.ts';
import { version } from '#lib/server/api/version.ts';
import { app } from '#lib/server/platform/app.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) =>
  answer(event, statusSchema, async () => {
    const { clock } = await app();
    return {
      name: 'Merito' as const,
      version,
      time: clock.now().toISOString(),
      documentation: '/api',
      openapi: '/api/v1/openapi.json',
    };
  });
