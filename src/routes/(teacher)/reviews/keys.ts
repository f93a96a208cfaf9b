// Single keys work outside of fields and without modifiers, and only while the box above the queue is ticked
// (WCAG 2.1.4). A card is an element with data-review; a key presses the button with that data-key.

/** Moves the focus with j and k, presses the current card's buttons with a and r, the undo button with u. */
export function moveBetweenCards(event: KeyboardEvent, list: HTMLElement): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const cards = [...list.querySelectorAll<HTMLElement>('[data-review]')];
  const current = cards.findIndex((card) => card.contains(document.activeElement));
  if (event.key === 'j') focusCard(cards, current + 1);
  else if (event.key === 'k') focusCard(cards, current - 1);
  else if (event.key === 'a' || event.key === 'r') press(cards[Math.max(0, current)], event.key);
  else if (event.key === 'u') press(document.body, 'u');
  else return;
  event.preventDefault();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=checkbox]), select, textarea');
}

function focusCard(cards: readonly HTMLElement[], index: number): void {
  cards[Math.min(Math.max(0, index), cards.length - 1)]?.focus();
}

function press(within: HTMLElement | undefined, key: string): void {
  within?.querySelector<HTMLButtonElement>(`button[data-key="${key}"]`)?.click();
}

/** After a decision its card goes: the focus passes to the one that took its place. */
export function focusAfter(card: HTMLElement): () => void {
  const list = card.closest('ol');
  const cards = list ? [...list.querySelectorAll<HTMLElement>('[data-review]')] : [];
  const index = cards.indexOf(card);
  return () => {
    const left = list ? [...list.querySelectorAll<HTMLElement>('[data-review]')] : [];
    focusCard(left, index);
  };
}
