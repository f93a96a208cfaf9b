import { beforeEach, describe, expect, test } from 'vitest';
import { sessionHeader, type SessionTag, writeSessionTag } from '#lib/client/session-tag.ts';
import { type LearnerCopies, openCopies } from './copies.ts';

/** As much of the browser's caches as the copies use. */
function cacheStorage(): CacheStorage {
  const caches = new Map<string, Map<string, Response>>();
  const cacheOf = (entries: Map<string, Response>) => ({
    put: async (key: string, response: Response) => void entries.set(key, response),
    match: async (key: string) => entries.get(key)?.clone(),
  });
  const storage = {
    keys: async () => [...caches.keys()],
    delete: async (name: string) => caches.delete(name),
    open: async (name: string) => {
      const entries = caches.get(name) ?? new Map<string, Response>();
      caches.set(name, entries);
      return cacheOf(entries);
    },
  };
  return storage as unknown as CacheStorage;
}

/** As a browser has it: a basic response with the header that the server wrote. */
function answer(tag: SessionTag | null, body: BodyInit = 'page', status = 200): Response {
  const headers = new Headers(tag ? { [sessionHeader]: writeSessionTag(tag) } : {});
  return Object.defineProperty(new Response(body, { status, headers }), 'type', { value: 'basic' });
}

const hour = 3600;
const ada: SessionTag = { owner: 'ada-ada-ada-ada-ada', seconds: 12 * hour };
const bruno: SessionTag = { owner: 'bruno-bruno-bruno', seconds: 12 * hour };

let storage: CacheStorage;
let at: number;
let copies: LearnerCopies;

beforeEach(() => {
  storage = cacheStorage();
  at = Date.UTC(2026, 8, 14, 8);
  copies = openCopies(storage, () => at);
});

const receive = (key: string | null, response: Response) => copies.receive(copies.moment(), key, response);
const textOf = async (key: string) => (await copies.find(key))?.response.text();

describe('copies of a learner', () => {
  test('what came with the session is found again, with its hour', async () => {
    await receive('/me', answer(ada, 'of Ada'));
    expect(await textOf('/me')).toBe('of Ada');
    expect((await copies.find('/me'))?.keptAt).toEqual(new Date(at));
    expect(await copies.find('/me/history')).toBeNull();
  });

  test('survive the worker’s sleep', async () => {
    await receive('/me', answer(ada, 'of Ada'));
    copies = openCopies(storage, () => at);
    expect(await textOf('/me')).toBe('of Ada');
  });

  test('are gone once somebody else is logged in', async () => {
    await receive('/me', answer(ada, 'of Ada'));
    await receive(null, answer(bruno));
    expect(await textOf('/me')).toBeUndefined();
    await receive('/me', answer(bruno, 'of Bruno'));
    expect(await textOf('/me')).toBe('of Bruno');
    expect((await storage.keys()).filter((name) => name.includes('ada'))).toEqual([]);
  });

  test('are gone once nobody is', async () => {
    await receive('/me', answer(ada, 'of Ada'));
    await receive(null, answer('nobody'));
    expect(await storage.keys()).toEqual([]);
  });

  test('are gone when the session would have ended', async () => {
    await receive('/me', answer(ada, 'of Ada'));
    at += 12 * hour * 1000 - 1;
    expect(await textOf('/me')).toBe('of Ada');
    at += 1;
    expect(await textOf('/me')).toBeUndefined();
    expect(await storage.keys()).toEqual([]);
  });

  test('live as long as the session that goes on', async () => {
    await receive('/me', answer(ada, 'of Ada'));
    at += 11 * hour * 1000;
    await receive(null, answer(ada));
    at += 11 * hour * 1000;
    expect(await textOf('/me')).toBe('of Ada');
  });

  test('an answer that says nothing of a session changes nothing', async () => {
    await receive('/me', answer(ada, 'of Ada'));
    await receive('/me', answer(null, 'The portal of a hotel'));
    expect(await textOf('/me')).toBe('of Ada');
  });

  test('only good answers are kept', async () => {
    await receive('/me', answer(ada, 'broken', 500));
    await receive('/me', Object.defineProperty(answer(ada, 'elsewhere'), 'redirected', { value: true }));
    expect(await copies.find('/me')).toBeNull();
  });
});

describe('an answer that was overtaken', () => {
  test('by another to the same new person is kept with it', async () => {
    await receive('/me', answer(ada, 'of Ada'));
    const moment = copies.moment();
    await receive(null, answer(bruno));
    await copies.receive(moment, '/me/history', answer(bruno, 'history of Bruno'));
    expect(await textOf('/me/history')).toBe('history of Bruno');
  });

  test('by a log-out is not kept', async () => {
    const moment = copies.moment();
    await receive('/me/history', answer(ada, 'history of Ada'));
    await copies.forget();
    await copies.receive(moment, '/me', answer(ada, 'of Ada'));
    expect(await storage.keys()).toEqual([]);
  });

  test('by a log-out on a device that kept nothing yet is not kept', async () => {
    const moment = copies.moment();
    await copies.forget();
    await copies.receive(moment, '/me', answer(ada, 'of Ada'));
    expect(await storage.keys()).toEqual([]);
  });

  test('by a log-in neither is kept nor takes what is the other’s', async () => {
    await receive('/me', answer(ada, 'of Ada'));
    const moment = copies.moment();
    await receive('/me', answer(bruno, 'of Bruno'));
    await copies.receive(moment, '/me', answer(ada, 'late, of Ada'));
    expect(await textOf('/me')).toBe('of Bruno');
  });

  test('while its body was still coming is not kept', async () => {
    const body = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
    const writer = body.writable.getWriter();
    const received = receive('/me', answer(ada, body.readable));
    const forgotten = copies.forget();
    await forgotten;
    await writer.write(new TextEncoder().encode('of Ada'));
    await writer.close();
    await received;
    expect(await storage.keys()).toEqual([]);
  });
});
