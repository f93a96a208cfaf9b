// Half a frame: the other half is the browser's.
const sliceMs = 8;

/** Works through the turns in slices, so that the page answers in between; null once nobody wants the answer. */
export async function betweenFrames<T>(
  turns: Generator<void, T>,
  unwanted: AbortSignal,
  now: () => number = () => performance.now(),
): Promise<T | null> {
  for (;;) {
    const end = now() + sliceMs;
    while (now() < end) {
      const turn = turns.next();
      if (turn.done) return turn.value;
    }
    await new Promise((resume) => setTimeout(resume));
    if (unwanted.aborted) return null;
  }
}
