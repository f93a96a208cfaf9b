import { sessionHeader } from '#lib/client/session-tag.ts';
import { copyMeta } from '#lib/client/worker-messages.ts';
import type { Builds } from './builds.ts';
import type { Copy, LearnerCopies } from './copies.ts';
import { assetsIn, learnerStart, type Strategy } from './policy.ts';

/** What the answers need of the worker. */
export interface Household {
  readonly copies: LearnerCopies;
  readonly builds: Builds;
  readonly fetch: (request: Request) => Promise<Response>;
  /** Tells the page that asked that it got a copy. */
  readonly tellAsker: (keptAt: Date) => void;
  /** Work that goes on after the answer. */
  readonly after: (work: Promise<unknown>) => void;
}

// A network that says nothing for so long counts as none where there is a copy: phones on trains.
const patienceMs = 10_000;

export function answer(
  house: Household,
  strategy: Exclude<Strategy, { kind: 'leave alone' }>,
  request: Request,
): Promise<Response> {
  if (strategy.kind === 'asset') return house.builds.asset(request);
  if (strategy.kind === 'model') return model(house, strategy.key, request);
  if (strategy.kind === 'log out') return logOut(house, request);
  if (strategy.kind === 'own') return own(house, strategy, request);
  return page(house, strategy.kind, request);
}

/** Never from the browser's own cache: an answer that lay there tells of the session it once came with. */
async function model(house: Household, key: string, request: Request): Promise<Response> {
  const copy = await house.copies.find(key);
  return copy ? copy.response : received(house, key, new Request(request, { cache: 'no-store' }));
}

async function own(
  house: Household,
  { key, isPage, isKept }: Extract<Strategy, { kind: 'own' }>,
  request: Request,
): Promise<Response> {
  const network = received(house, isKept ? key : null, request);
  const copyInstead = async () => {
    const copy = await house.copies.find(key);
    return copy && (isPage ? marked(house, copy, new URL(request.url)) : told(house, copy));
  };
  const soon = await Promise.race([network.catch(() => null), pause(patienceMs)]);
  if (soon && !isDown(soon)) return soon;
  const copy = await copyInstead();
  if (copy) {
    house.after(network.catch(() => undefined));
    return copy;
  }
  return isPage ? network.catch(() => house.builds.offlinePage()) : network;
}

async function page(house: Household, kind: 'start' | 'page', request: Request): Promise<Response> {
  try {
    return await received(house, null, request);
  } catch {
    const isKept = kind === 'start' && (await house.copies.find(learnerStart));
    return isKept ? Response.redirect(learnerStart) : house.builds.offlinePage();
  }
}

/** Forgets before the request, in case it never comes back, and after: a copy may have come in between. */
async function logOut(house: Household, request: Request): Promise<Response> {
  await house.copies.forget();
  try {
    const response = await house.fetch(request);
    await house.copies.forget();
    return response;
  } catch {
    return house.builds.offlinePage();
  }
}

/** From the network; what the copies learn from it may take longer than the answer. */
async function received(house: Household, key: string | null, request: Request): Promise<Response> {
  const moment = house.copies.moment();
  const response = await house.fetch(request);
  house.after(house.copies.receive(moment, key, response.clone()));
  return response;
}

/** A proxy says that the server is away: as good as no network. */
function isDown({ status, headers }: Response): boolean {
  return status >= 502 && status <= 504 && !headers.has(sessionHeader);
}

/**
 * The page itself says when it was made, so that it can tell at once and without asking. Null when a file that it is built
 * of is not here: such a page would load itself again and again.
 */
async function marked(house: Household, { response, keptAt }: Copy, url: URL): Promise<Response | null> {
  const { headers } = response;
  const html = await response.text();
  if (!(await house.builds.hasAssets(assetsIn(html, headers.get('link'), url)))) return null;
  const meta = `<meta name="${copyMeta}" content="${keptAt.toISOString()}" />`;
  return new Response(html.replace('<head>', `<head>${meta}`), { headers });
}

function told(house: Household, { response, keptAt }: Copy): Response {
  house.tellAsker(keptAt);
  return response;
}

function pause(ms: number): Promise<null> {
  return new Promise((done) => setTimeout(() => done(null), ms));
}
