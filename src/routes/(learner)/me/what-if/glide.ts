import type { Action } from 'svelte/action';

const glideMs = 260;

/**
 * Lets the items of a list glide to their new places when its parameter changes; at rest for those who ask for less
 * motion. Places are layout offsets, so a list that is still gliding glides on from where it should be.
 */
export const glide: Action<HTMLElement, unknown> = (list) => {
  let places = placesIn(list);
  return {
    update: () => {
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
    },
  };
};

function placesIn(list: HTMLElement): ReadonlyMap<Element, number> {
  return new Map(
    [...list.children].flatMap((item) => (item instanceof HTMLElement ? [[item, item.offsetTop]] : [])),
  );
}
