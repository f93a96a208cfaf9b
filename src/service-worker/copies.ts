import { readSessionTag, sessionHeader, type SessionTag } from '#lib/client/session-tag.ts';

// What one learner may open without a network, in one cache whose name carries their session. Whoever else the
// server names next, or nobody, finds it gone; and it goes by itself when the session would have ended.

export interface Copy {
  readonly response: Response;
  readonly keptAt: Date;
}

export interface LearnerCopies {
  /** To be taken before a request is sent: an answer that was overtaken by a log-out or a log-in is not kept. */
  moment(): number;
  /**
   * Learns from an answer of the server whose device this is, forgets what was anybody else's, and keeps a copy under
   * `key` when it is a good answer to the learner. Null keeps none.
   */
  receive(moment: number, key: string | null, answer: Response): Promise<void>;
  find(key: string): Promise<Copy | null>;
  forget(): Promise<void>;
}

export const learnerPrefix = 'merito-learner-';
const keptHeader = 'merito-kept';
const untilKey = '/merito-until';

/** `now` in milliseconds. Changes happen one after the other, in the order in which they were asked for. */
export function openCopies(storage: CacheStorage, now: () => number): LearnerCopies {
  let era = 0;
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  }

  async function wipe(): Promise<void> {
    const names = await learnerCaches(storage);
    if (names.length > 0) era += 1;
    await Promise.all(names.map((name) => storage.delete(name)));
  }

  async function open(owner: string, until: number): Promise<Cache> {
    const name = learnerPrefix + owner;
    if ((await learnerCaches(storage)).some((other) => other !== name)) await wipe();
    const cache = await storage.open(name);
    await cache.put(untilKey, new Response(String(until)));
    return cache;
  }

  /** Several answers to somebody new are under way at once: the first makes room, and the others are theirs as well. */
  async function isOwner(tag: SessionTag): Promise<boolean> {
    return tag !== 'nobody' && (await learnerCaches(storage)).includes(learnerPrefix + tag.owner);
  }

  async function receive(moment: number, key: string | null, answer: Response): Promise<void> {
    const tag = readSessionTag(answer.headers.get(sessionHeader));
    if (tag === null) return;
    // Read before its turn: a slow body must not hold up a log-out.
    const kept = tag !== 'nobody' && key !== null && isGood(answer) ? await stamped(answer, now()) : null;
    await inTurn(async () => {
      if (moment !== era && !(await isOwner(tag))) return;
      if (tag === 'nobody') return wipe();
      const cache = await open(tag.owner, now() + tag.seconds * 1000);
      if (key !== null && kept !== null) await cache.put(key, kept);
    });
  }

  async function find(key: string): Promise<Copy | null> {
    const [name] = await learnerCaches(storage);
    if (name === undefined) return null;
    const cache = await storage.open(name);
    const until = Number((await (await cache.match(untilKey))?.text()) ?? 0);
    if (until <= now()) return inTurn(wipe).then(() => null);
    const response = await cache.match(key, { ignoreVary: true });
    return response ? { response, keptAt: new Date(response.headers.get(keptHeader) ?? 0) } : null;
  }

  const forget = () => {
    // At once, and again in turn: nothing that is under way now may come in between.
    era += 1;
    return inTurn(wipe);
  };

  return { moment: () => era, receive, find, forget };
}

async function learnerCaches(storage: CacheStorage): Promise<string[]> {
  return (await storage.keys()).filter((name) => name.startsWith(learnerPrefix));
}

function isGood({ status, type, redirected }: Response): boolean {
  return status === 200 && type === 'basic' && !redirected;
}

async function stamped(answer: Response, at: number): Promise<Response> {
  const headers = new Headers(answer.headers);
  headers.set(keptHeader, new Date(at).toISOString());
  // The body comes decoded and may be marked later on.
  headers.delete('content-encoding');
  headers.delete('content-length');
  return new Response(await answer.arrayBuffer(), { headers });
}
