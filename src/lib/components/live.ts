import type { LiveEvent } from '#lib/server/platform/live-messages.ts';

export interface LiveHandlers {
  /** Something happened that this session may hear of. */
  readonly hear: (event: LiveEvent) => void;
  /** The line is open, at first and after every gap: time to ask for what was missed. */
  readonly open?: () => void;
}

/** Listens until the returned function is called. The library comes with the first listener, not with the page. */
export function listen({ hear, open }: LiveHandlers): () => void {
  let isStopped = false;
  let stop = () => {
    isStopped = true;
  };
  void import('socket.io-client').then(({ io }) => {
    if (isStopped) return;
    const socket = io({ transports: ['websocket', 'polling'] });
    socket.on('live', hear);
    socket.on('connect', () => open?.());
    stop = () => socket.disconnect();
  });
  return () => stop();
}

/** Runs `work` once the calls have paused, and at the latest `longest` milliseconds after the first of them. */
export function settled(work: () => void, pause = 400, longest = 3_000): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let first = 0;
  return () => {
    const now = performance.now();
    if (timer === undefined) first = now;
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        timer = undefined;
        work();
      },
      Math.max(0, Math.min(pause, first + longest - now)),
    );
  };
}
