import { version } from '$service-worker';
import type { ToPage, ToWorker } from '#lib/client/worker-messages.ts';
import { answer, type Household } from './answers.ts';
import { openBuilds } from './builds.ts';
import { openCopies } from './copies.ts';
import { keep } from './keep.ts';
import { strategyFor } from './policy.ts';

// The device's worker: the learner's page without a network, and nothing of them for the next person.
// It never takes over from an older one by itself: pages of that build are open, and a person agrees to the change.

const worker = self as unknown as ServiceWorkerGlobalScope;
const get = (request: Request) => fetch(request);
const copies = openCopies(caches, Date.now);
const builds = openBuilds(caches, version, get);

worker.addEventListener('install', (event) => event.waitUntil(builds.stock()));

worker.addEventListener('activate', (event) => {
  event.waitUntil(builds.clear().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const asked = {
    method: request.method,
    url: new URL(request.url),
    isNavigation: request.mode === 'navigate',
  };
  const strategy = strategyFor(asked, worker.location.origin);
  if (strategy.kind === 'leave alone') return;
  event.respondWith(answer(householdOf(event), strategy, request));
});

worker.addEventListener('message', (event) => {
  const message = event.data as ToWorker;
  if (message.kind === 'take over') return void worker.skipWaiting();
  event.waitUntil(keep({ copies, builds, get, now: Date.now }, message.addresses, worker.location.origin));
});

function householdOf(event: FetchEvent): Household {
  return {
    copies,
    builds,
    fetch: get,
    tellAsker: (keptAt) => {
      event.waitUntil(tell(event.clientId, { kind: 'copy', keptAt: keptAt.toISOString() }));
    },
    after: (work) => event.waitUntil(work),
  };
}

async function tell(clientId: string, message: ToPage): Promise<void> {
  (await worker.clients.get(clientId))?.postMessage(message);
}
