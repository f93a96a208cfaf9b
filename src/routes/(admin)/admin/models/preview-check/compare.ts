/** One place of a ranking, with what its order goes by. */
export interface Placed {
  readonly badgeId: string;
  readonly chance: number | null;
  readonly promise: number;
}

export interface Agreement {
  /** Between the two chances of a badge. */
  readonly largestDifference: number;
  readonly isSameOrder: boolean;
}

/** Chances may differ by so much: sums of 32 and of 64 bits round differently. */
export const chanceTolerance = 1e-5;

/** What a difference of that size can move a promise by: it is at most eight times the chance. */
const tieTolerance = 8 * chanceTolerance;

/**
 * How far a browser's ranking is from the server's. Badges of equal promise may stand in either order.
 * @throws TypeError when they rank different badges
 */
export function compareRankings(
  server: readonly { readonly badgeId: string; readonly chance: number | null }[],
  browser: readonly Placed[],
): Agreement {
  const placed = new Map(browser.map((one) => [one.badgeId, one]));
  if (placed.size !== server.length || browser.length !== server.length)
    throw new TypeError(`ranking: expected ${server.length} badges, got ${browser.length}`);
  let largestDifference = 0;
  let isSameOrder = true;
  for (const [place, { badgeId, chance }] of server.entries()) {
    const own = placed.get(badgeId);
    if (!own) throw new TypeError(`ranking: expected ${badgeId}, got none`);
    largestDifference = Math.max(largestDifference, differenceOf(chance, own.chance));
    if (Math.abs(own.promise - browser[place].promise) > tieTolerance) isSameOrder = false;
  }
  return { largestDifference, isSameOrder };
}

/** One that knows a chance and one that does not are as far apart as can be. */
function differenceOf(a: number | null, b: number | null): number {
  if (a === null || b === null) return a === b ? 0 : 1;
  return Math.abs(a - b);
}
