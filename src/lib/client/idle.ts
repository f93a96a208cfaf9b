const withinMs = 4_000;

/** Runs `work` once the page has nothing better to do, and soon in any case. */
export function whenIdle(work: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(work, { timeout: withinMs });
  // Safari has no idle callback.
  else setTimeout(work, withinMs / 4);
}
