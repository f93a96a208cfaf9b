import type { Action } from 'svelte/action';

const glideMs = 260;

/**
 * Lets the items of a list glide to their new places when its parameter, their order, changes; at rest for those who ask
 * for less motion. Places are layout offsets, so a list that is still gliding glides on from where it should be.
 */
export const glide: Action<HTMLElement, string> = (list) => {
  let places = placesIn(list);
  // A row that is unfolded moves those below it without a glide.
  const watcher = new ResizeObserver(() => (places = placesIn(list)));
  watcher.observe(list);
  let due = 0;
  return {
    // With the frame, which lays the page out anyway: at once it would hold up the next touch.
    update: () => {
      cancelAnimationFrame(due);
      due = requestAnimationFrame(glideNow);
    },
    destroy: () => {
      cancelAnimationFrame(due);
      watcher.disconnect();
    },
  };

  function glideNow(): void {
    const next = placesIn(list);
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    for (const [item, top] of next) {
      const moved = (places.get(item) ?? top) - top;
      if (moved !== 0 && !isCalm)
        item.animate([{ translate: `0 ${moved}px` }, { translate: '0 0' }], {
          duration: glideMs,
          easing: 'ease-out',
        });
    }
    places = next;
  }
};

function placesIn(list: HTMLElement): ReadonlyMap<Element, number> {
  return new Map(
    [...list.children].flatMap((item) => (item instanceof HTMLElement ? [[item, item.offsetTop]] : [])),
  );
}
