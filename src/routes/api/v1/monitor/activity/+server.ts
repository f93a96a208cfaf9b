import { answerProgram, readLimited } from '#lib/server/activity/endpoint.ts';
import { app } from '#lib/server/platform/app.ts';
import type { RequestHandler } from './$types';

// In production src/server.ts answers this route before SvelteKit sees it, through the same functions.
export const POST: RequestHandler = async ({ request, url }) => {
  const { status, headers, body } = await answerProgram(
    await app(),
    request.headers.get('authorization') ?? undefined,
    {
      contentType: request.headers.get('content-type') ?? '',
      contentEncoding: request.headers.get('content-encoding') ?? '',
      query: url.searchParams,
      body: request.body ? await readLimited(request.body) : new Uint8Array(),
    },
  );
  return new Response(body, { status, headers });
};
