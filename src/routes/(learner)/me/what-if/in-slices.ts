// So long a question that comes in between waits at most.
const sliceMs = 8;

/** Works through the turns in slices, so that other questions are answered in between; null once nobody wants the answer. */
export async function inSlices<T>(
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
