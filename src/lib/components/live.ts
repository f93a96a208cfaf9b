import type { Socket } from 'socket.io-client';
import { navigating } from '$app/state';
import type { LiveEvent } from '#lib/server/platform/live-messages.ts';

export interface LiveHandlers {
  /** Something happened that this session may hear of. */
  readonly hear: (event: LiveEvent) => void;
  /** The line is open, at first and after every gap: time to ask for what was missed. */
  readonly open?: () => void;
}

const listeners = new Set<LiveHandlers>();
let line: Promise<Socket> | undefined;

/** Listens until the returned function is called. All listeners of a page share one line, opened by the first. */
export function listen(handlers: LiveHandlers): () => void {
  listeners.add(handlers);
  line ??= openLine();
  void line.then((socket) => {
    if (socket.connected && listeners.has(handlers)) handlers.open?.();
  });
  return () => {
    listeners.delete(handlers);
    if (listeners.size === 0) closeLine();
  };
}

/** The library comes with the first listener, not with the page. */
async function openLine(): Promise<Socket> {
  const { io } = await import('socket.io-client');
  const socket = io({ transports: ['websocket', 'polling'] });
  socket.on('live', (event: LiveEvent) => listeners.forEach(({ hear }) => hear(event)));
  socket.on('connect', () => listeners.forEach(({ open }) => open?.()));
  return socket;
}

function closeLine(): void {
  void line?.then((socket) => socket.disconnect());
  line = undefined;
}

/**
 * Runs `work` once the calls have paused, and at the latest `longest` milliseconds after the first of them; later while the
 * page is on its way elsewhere, for data that is loaded anew calls a navigation off.
 */
export function settled(work: () => void, pause = 400, longest = 3_000): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let first = 0;
  return () => {
    const now = performance.now();
    if (timer === undefined) first = now;
    clearTimeout(timer);
    const run = () => {
      timer = navigating.to ? setTimeout(run, pause) : undefined;
      if (timer === undefined) work();
    };
    timer = setTimeout(run, Math.max(0, Math.min(pause, first + longest - now)));
  };
}
