/** Effect and place of the value among all, 0 to 1; null when there was no value. */
export type SwarmPoint = readonly [effect: number, place: number | null];

/** What tells low values from high ones; `missing` for none at all. */
export const swarmTones = ['lowest', 'low', 'middle', 'high', 'highest', 'missing'] as const;
export type SwarmTone = (typeof swarmTones)[number];

/** Half the height of a strip; its width is 100. */
export const swarmReach = 10;
const columns = 80;
const step = 2;

/** The dots of one strip as one SVG path a tone, each dot a line of no length. Points that meet stand above one another. */
export function swarmPaths(points: readonly SwarmPoint[], farthest: number): Record<SwarmTone, string> {
  const paths = { lowest: '', low: '', middle: '', high: '', highest: '', missing: '' };
  const taken = new Map<number, number>();
  for (const [effect, place] of points) {
    const share = farthest > 0 ? (effect / farthest + 1) / 2 : 0.5;
    const column = Math.round(share * columns);
    const before = taken.get(column) ?? 0;
    taken.set(column, before + 1);
    paths[toneOf(place)] += `M${(2 + 96 * share).toFixed(1)} ${offset(before)}h0`;
  }
  return paths;
}

/** 0, up, down, further up … and from the edge on again, so that a crowd stays within the strip. */
function offset(before: number): number {
  const rank = Math.ceil(before / 2) % (swarmReach / step + 1);
  return (before % 2 === 0 ? 1 : -1) * rank * step || 0;
}

function toneOf(place: number | null): SwarmTone {
  if (place === null) return 'missing';
  return swarmTones[Math.min(4, Math.floor(place * 5))] ?? 'missing';
}

export interface SwarmSummary {
  readonly low: number | null;
  readonly middle: number | null;
  readonly high: number | null;
  readonly missing: number | null;
}

/** The mean effect of low, middling and high values; null where there are none. */
export function summarize(points: readonly SwarmPoint[]): SwarmSummary {
  const third = (of: number) => (place: number | null) =>
    place !== null && Math.min(2, Math.floor(place * 3)) === of;
  const mean = (belongs: (place: number | null) => boolean) => {
    const effects = points.filter(([, place]) => belongs(place)).map(([effect]) => effect);
    return effects.length === 0 ? null : effects.reduce((sum, effect) => sum + effect, 0) / effects.length;
  };
  return {
    low: mean(third(0)),
    middle: mean(third(1)),
    high: mean(third(2)),
    missing: mean((place) => place === null),
  };
}
