import { device } from './device.svelte.ts';
import type { ToWorker } from './worker-messages.ts';

// The page's line to the device's worker: it registers it, tells it what to keep, and lets it change to a new version
// when the person agrees, never before.

const script = '/service-worker.js';
const askAgainMs = 3_600_000;
let registration: Promise<ServiceWorkerRegistration> | undefined;
let hasAgreed = false;

/**
 * Has the worker keep these addresses and the files that this page was built of so far. Registers it at first; a browser
 * that has no workers, or an address without https, keeps nothing and loses nothing.
 */
export async function keepOnDevice(addresses: readonly string[]): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  registration ??= register();
  const { active } = await registration.then(() => navigator.serviceWorker.ready);
  const message: ToWorker = { kind: 'keep', addresses: [...addresses, ...ownFiles()] };
  active?.postMessage(message);
}

function ownFiles(): string[] {
  const files = performance.getEntriesByType('resource').map(({ name }) => new URL(name));
  return files.filter(({ origin }) => origin === location.origin).map(({ pathname }) => pathname);
}

async function register(): Promise<ServiceWorkerRegistration> {
  const made = await navigator.serviceWorker.register(script);
  followUpdates(made);
  askNowAndThen(made);
  return made;
}

function followUpdates(made: ServiceWorkerRegistration): void {
  let hadWorker = navigator.serviceWorker.controller !== null;
  const noticeWaiting = () => {
    if (made.waiting && hadWorker) device.update = 'ready';
  };
  noticeWaiting();
  made.addEventListener('updatefound', () => made.installing?.addEventListener('statechange', noticeWaiting));
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // The first worker takes over a page that had none: nothing changed for it.
    if (!hadWorker) hadWorker = true;
    else if (hasAgreed) location.reload();
    else device.update = 'elsewhere';
  });
}

/** A page that stays open for days never navigates, and only navigation makes the browser ask for a new version. */
function askNowAndThen(made: ServiceWorkerRegistration): void {
  let asked = performance.now();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || performance.now() - asked < askAgainMs) return;
    asked = performance.now();
    // Without a network there is nothing new.
    made.update().catch(() => undefined);
  });
}

/** The person agrees to the new version: this page, and no other, loads once more. */
export async function takeUpdate(): Promise<void> {
  const waiting = (await registration)?.waiting;
  if (!waiting) return location.reload();
  hasAgreed = true;
  const message: ToWorker = { kind: 'take over' };
  waiting.postMessage(message);
}
