/** The queue's address for one badge (null: for all), without the action that a form left in it. */
export function filterAddress(search: URLSearchParams, badgeId: string | null): string {
  const kept = [...search].filter(([name]) => name !== 'badge' && !name.startsWith('/'));
  const wanted = badgeId === null ? kept : [...kept, ['badge', badgeId]];
  return `/reviews?${new URLSearchParams(wanted)}`;
}
