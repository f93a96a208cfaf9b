import type { Builds } from './builds.ts';
import type { LearnerCopies } from './copies.ts';
import { assetsIn, previewData, type Strategy, strategyFor } from './policy.ts';

/** A copy that is younger is not fetched again. What a person opens is kept each time anyway. */
const freshMs = 3_600_000;

export interface Keeping {
  readonly copies: LearnerCopies;
  readonly builds: Builds;
  readonly get: (request: Request) => Promise<Response>;
  readonly now: () => number;
}

/**
 * Fetches what a page asks to be kept, with the files it is built of. Only what the policy keeps anyway: a page cannot
 * ask for more. Without a network nothing happens.
 */
export async function keep(keeping: Keeping, addresses: readonly string[], origin: string): Promise<void> {
  const urls = addresses.map((address) => new URL(address, origin));
  const isAsset = (url: URL) => strategyOf(url, origin).kind === 'asset';
  const pages = urls.filter((url) => !isAsset(url)).map((url) => keepOwn(keeping, url, origin));
  const assets = urls.filter(isAsset).map(({ pathname }) => pathname);
  await Promise.allSettled([keeping.builds.keepAssets(assets), ...pages]);
}

function strategyOf(url: URL, origin: string): Strategy {
  // A page asked for in the background stands for the one that a person will open.
  return strategyFor({ method: 'GET', url, isNavigation: true }, origin);
}

async function keepOwn(keeping: Keeping, url: URL, origin: string): Promise<void> {
  const { copies, builds, get, now } = keeping;
  const strategy = strategyOf(url, origin);
  if (strategy.kind !== 'own' && strategy.kind !== 'model') return;
  const copy = await copies.find(strategy.key);
  const age = copy ? now() - copy.keptAt.getTime() : Infinity;
  if (age < freshMs || (copy && strategy.kind === 'model')) return;
  const moment = copies.moment();
  const isPage = strategy.kind === 'own' && strategy.isPage;
  const accept = isPage ? 'text/html' : '*/*';
  // From the server itself: an answer out of the browser's cache tells of the session it once came with.
  const response = await get(
    new Request(url, { headers: { accept }, redirect: 'manual', cache: 'no-store' }),
  );
  const text = response.status === 200 && strategy.kind === 'own' ? await response.clone().text() : '';
  await copies.receive(moment, strategy.key, response);
  if (isPage) return builds.keepAssets(assetsIn(text, response.headers.get('link'), url));
  const model = strategy.key === previewData ? modelIn(text) : null;
  if (model !== null) await keepOwn(keeping, new URL(model, url), origin);
}

/** The address of the small model that the preview's data names; null without one. */
function modelIn(text: string): string | null {
  if (text === '') return null;
  const { model } = JSON.parse(text) as { readonly model?: { readonly url?: string } | null };
  return model?.url ?? null;
}
