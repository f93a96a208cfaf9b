import type { IncomingMessage, ServerResponse } from 'node:http';
import { identifyKey } from '#lib/server/auth/api-keys.ts';
import type { App } from '#lib/server/platform/app.ts';
import { DatabaseAwayError, faultOf } from './database-faults.ts';
import { bodyLimit } from './event-body.ts';
import { type ActivityRequest, answerForError, handleActivity } from './handle-activity.ts';
import { createIngest, type Ingest } from './ingest.ts';
import { type Answer, problem } from './problem.ts';

// hooks.server.ts gives every other answer the same.
const guards = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

export const activityPath = '/api/v1/monitor/activity';

/** The activity route on a bare Node server, ahead of SvelteKit's longer way. */
export interface ActivityEndpoint {
  takes(request: IncomingMessage): boolean;
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

type Senders = Pick<App, 'config' | 'database' | 'clock' | 'log'>;

export function createActivityEndpoint(app: Senders): ActivityEndpoint {
  return {
    takes: ({ method, url }) =>
      method === 'POST' && (url === activityPath || url?.startsWith(`${activityPath}?`) === true),
    serve: async (request, response) => {
      try {
        send(response, await answer(app, request));
      } catch (error) {
        app.log.error({ error }, 'activity: a request failed');
        send(response, problem(500, 'internal', 'The request failed; the log tells why.'));
      }
    },
  };
}

async function answer(app: Senders, request: IncomingMessage): Promise<Answer> {
  const { headers } = request;
  const body = await readLimited(request);
  const query = new URLSearchParams(request.url?.slice(activityPath.length + 1));
  return answerProgram(app, headers.authorization, {
    contentType: headers['content-type'] ?? '',
    contentEncoding: headers['content-encoding'] ?? '',
    query,
    body,
  });
}

/** Answers a program that shows its API key. */
export async function answerProgram(
  app: Senders,
  authorization: string | undefined,
  request: ActivityRequest,
): Promise<Answer> {
  const key = await keyOf(app, authorization);
  if (key instanceof DatabaseAwayError) return answerForError(key);
  if (!key)
    return problem(
      401,
      'no-key',
      'authorization: expected Bearer and a valid API key',
      {},
      {
        'www-authenticate': 'Bearer',
      },
    );
  if (!key.scopes.includes('activity:write'))
    return problem(403, 'scope', 'This API key lacks the scope activity:write.');
  return handleActivity(sharedIngest(app), key.schoolId, request, app.clock.now());
}

async function keyOf(app: Senders, authorization: string | undefined) {
  try {
    return await identifyKey(app, authorization);
  } catch (error) {
    if (faultOf(error) === 'away')
      return new DatabaseAwayError('keys: the database is away', { cause: error });
    throw error;
  }
}

const slot = Symbol.for('merito.ingest');
const shared = globalThis as { [slot]?: WeakMap<object, Ingest> };

/** The process's one ingest on this database: the bundle and the entry must share their commits. */
export function sharedIngest(app: Senders): Ingest {
  const known = (shared[slot] ??= new WeakMap());
  const ingest = known.get(app.database) ?? createIngest(app.database, app);
  known.set(app.database, ingest);
  return ingest;
}

/** The whole body, or null when it is longer than allowed; the rest of it is then left unread. */
export async function readLimited(body: AsyncIterable<Uint8Array>): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > bodyLimit) return null;
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.destroyed) return;
  // After a body that was not read to its end, the connection cannot carry another request.
  if (status === 413) response.setHeader('connection', 'close');
  response.writeHead(status, { ...guards, ...headers }).end(body);
}
