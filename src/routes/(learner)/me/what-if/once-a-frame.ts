/**
 * Runs `work` with the next frame, once however often it is asked for until then: a finger that moves faster than the
 * screen makes nothing wait in line.
 */
export function onceAFrame(work: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      work();
    });
  };
}
