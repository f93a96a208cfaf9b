import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Database } from './db/client.ts';
import { type Audience, liveChannel, type LiveMessage } from './live-messages.ts';
import type { Log } from './log.ts';

/** Who sits behind a socket, read from the session; decides the rooms it hears. */
export interface Listener {
  readonly sessionId: string;
  readonly userId: string;
  readonly schoolId: number;
  readonly role: 'learner' | 'teacher' | 'admin';
  readonly learnerId: number | null;
  readonly classIds: readonly number[];
}

export interface LiveOptions {
  readonly database: Database;
  readonly log: Log;
  /** The only page origin that may open a socket. */
  readonly origin: string;
  /** Null when the cookies name no living session. */
  identify(cookieHeader: string | undefined): Promise<Listener | null>;
}

export interface Live {
  close(): Promise<void>;
}

// A session that ended elsewhere must not go on listening here.
const recheckMs = 1_000;

/** Socket.IO on the HTTP server: the session opens the door and picks the rooms; a client can choose none. */
export async function startLive(http: HttpServer, options: LiveOptions): Promise<Live> {
  const io = new Server(http, {
    cors: { origin: options.origin, credentials: true },
    allowRequest: (request, decide) =>
      decide(null, isOwnOrigin(request.headers.origin, request.headers.host, options.origin)),
    maxHttpBufferSize: 16_384,
    serveClient: false,
  });
  io.use((socket, next) => {
    admit(socket, options).then(() => next(), next);
  });
  const { unlisten } = await options.database.pool.listen(liveChannel, (payload) => {
    const message = JSON.parse(payload) as LiveMessage;
    for (const room of roomsOf(message.schoolId, message.audience)) io.to(room).emit('live', message.event);
  });
  const recheck = setInterval(() => void dropEnded(io, options), recheckMs);
  return {
    close: async () => {
      clearInterval(recheck);
      await unlisten();
      await io.close();
    },
  };
}

/** Browsers name the page's origin; programs without one carry no cookie worth stealing. */
function isOwnOrigin(origin: string | undefined, host: string | undefined, own: string): boolean {
  return origin === undefined || origin === own || (URL.canParse(origin) && new URL(origin).host === host);
}

async function admit(socket: Socket, options: LiveOptions): Promise<void> {
  const listener = await options.identify(socket.request.headers.cookie);
  if (!listener) throw new Error('Log in first.');
  socket.data = { listener, cookie: socket.request.headers.cookie };
  await socket.join([...roomsOfListener(listener)]);
}

function roomsOfListener(listener: Listener): string[] {
  const { schoolId, role, learnerId, classIds } = listener;
  if (role === 'learner') return learnerId === null ? [] : roomsOf(schoolId, { learner: learnerId });
  const rooms = roomsOf(schoolId, { role });
  return [...rooms, ...classIds.flatMap((id) => roomsOf(schoolId, { class: id }))];
}

function roomsOf(schoolId: number, audience: Audience): string[] {
  if ('learner' in audience) return [`school:${schoolId}:learner:${audience.learner}`];
  if ('class' in audience) return [`school:${schoolId}:class:${audience.class}`];
  return [`school:${schoolId}:role:${audience.role}`];
}

async function dropEnded(io: Server, options: LiveOptions): Promise<void> {
  const sockets = [...io.sockets.sockets.values()];
  const cookies = new Set(sockets.map((socket) => String(socket.data.cookie)));
  for (const cookie of cookies) {
    const listener = await options.identify(cookie).catch((error: unknown) => {
      options.log.warn({ error }, 'live: could not check a session');
      return undefined;
    });
    if (listener !== null) continue;
    for (const socket of sockets) if (socket.data.cookie === cookie) socket.disconnect(true);
  }
}
