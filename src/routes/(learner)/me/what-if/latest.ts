/**
 * Runs `work` again as often as it is asked for, one at a time: what is asked for while it runs is done once, afterwards. A
 * finger that moves faster than the answers come leaves no line of outdated questions.
 */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let isWanted = false;
  const run = async () => {
    while (isWanted) {
      isWanted = false;
      await work();
    }
  };
  return () => {
    isWanted = true;
    running ??= run().finally(() => (running = null));
    return running;
  };
}
