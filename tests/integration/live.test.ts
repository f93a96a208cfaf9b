import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { afterAll, expect, test } from 'vitest';
import { type Listener, startLive } from '#lib/server/platform/live.ts';
import { announce, type Audience, type LiveEvent } from '#lib/server/platform/live-messages.ts';
import { createLog } from '#lib/server/platform/log.ts';
import { addSchool, testDatabase } from '../support/database.ts';

const database = await testDatabase();
const [galilei, fermi] = [await addSchool(database, 'galilei'), await addSchool(database, 'fermi')];

const person = (schoolId: number, role: Listener['role'], rest: Partial<Listener> = {}): Listener => ({
  sessionId: `${schoolId}-${role}`,
  userId: `${schoolId}-${role}`,
  schoolId,
  role,
  learnerId: null,
  classIds: [],
  ...rest,
});

// Whoever the cookie names; taking an entry away ends that session.
const sessions = new Map<string, Listener>([
  ['ada', person(galilei, 'learner', { learnerId: 1 })],
  ['bruno', person(galilei, 'learner', { learnerId: 2 })],
  ['teacher', person(galilei, 'teacher', { classIds: [7] })],
  ['other-teacher', person(galilei, 'teacher', { classIds: [8] })],
  ['admin', person(galilei, 'admin')],
  ['stranger', person(fermi, 'learner', { learnerId: 1 })],
  ['strange-admin', person(fermi, 'admin')],
]);

const http = createServer();
await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready));
const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
const live = await startLive(http, {
  database,
  log: createLog('silent'),
  origin: url,
  identify: async (cookie) => sessions.get(cookie ?? '') ?? null,
});
const opened: Socket[] = [];
afterAll(async () => {
  for (const socket of opened) socket.close();
  await live.close();
  http.close();
});

interface Client {
  readonly socket: Socket;
  readonly heard: LiveEvent[];
}

async function enter(cookie: string, origin = url): Promise<Client> {
  const socket = io(url, {
    extraHeaders: { cookie, origin },
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  });
  opened.push(socket);
  const heard: LiveEvent[] = [];
  socket.on('live', (event: LiveEvent) => heard.push(event));
  await new Promise<void>((done, refused) => {
    socket.once('connect', () => done());
    socket.once('connect_error', refused);
  });
  return { socket, heard };
}

const tell = (schoolId: number, audience: Audience, accepted: number) =>
  database.withSchool(schoolId, (scope) => announce(scope, audience, { type: 'activity', accepted }));

const pause = () => new Promise((wake) => setTimeout(wake, 300));

test('each message reaches its own room and no other, in its own school', async () => {
  const people: Record<string, Client> = {};
  for (const name of sessions.keys()) people[name] = await enter(name);
  people.ada?.socket.emit('join', `school:${fermi}:role:admin`);
  await tell(galilei, { learner: 1 }, 1);
  await tell(galilei, { class: 7 }, 2);
  await tell(galilei, { role: 'admin' }, 3);
  await tell(galilei, { role: 'teacher' }, 4);
  await tell(fermi, { learner: 1 }, 5);
  await tell(fermi, { role: 'admin' }, 6);
  await pause();
  const counts = Object.fromEntries(
    Object.entries(people).map(([name, { heard }]) => [
      name,
      heard.map((event) => (event.type === 'activity' ? event.accepted : -1)).toSorted(),
    ]),
  );
  expect(counts).toEqual({
    ada: [1],
    bruno: [],
    teacher: [2, 4],
    'other-teacher': [4],
    admin: [3],
    stranger: [5],
    'strange-admin': [6],
  });
});

test('a transaction that rolls back says nothing', async () => {
  const { heard } = await enter('admin');
  const failing = database.withSchool(galilei, async (scope) => {
    await announce(scope, { role: 'admin' }, { type: 'activity', accepted: 9 });
    throw new Error('rolled back');
  });
  await expect(failing).rejects.toThrow('rolled back');
  await pause();
  expect(heard).toEqual([]);
});

test('nobody enters without a session or from another origin', async () => {
  await expect(enter('nobody')).rejects.toThrow('Log in first.');
  await expect(enter('admin', 'https://elsewhere.example')).rejects.toThrow();
});

test('a session that ends is put out of its rooms', async () => {
  const { socket } = await enter('bruno');
  sessions.delete('bruno');
  await new Promise<void>((left) => socket.once('disconnect', () => left()));
  expect(socket.connected).toBe(false);
});
