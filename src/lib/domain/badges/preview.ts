import { type SchoolDay, weekStart } from '../activity/school-day.ts';
import { liveRarity } from './rarity.ts';
import type { Rarity } from './badge.ts';

/** One learner as a preview looks at one. */
export interface PreviewLearner {
  readonly learnerId: number;
  /** The classes the learner belongs to. */
  readonly classIds: readonly number[];
  /** crossingsOf for the badge previewed and the badges to compare it with. */
  readonly crossings: ReadonlyMap<string, SchoolDay>;
}

export interface PreviewOptions {
  readonly badgeId: string;
  /** The badges to compare it with. */
  readonly otherBadges: readonly string[];
  /** The first day left out. */
  readonly before: SchoolDay;
  /** How many weeks back awards are counted week by week. */
  readonly weeks: number;
  /** How many learners are named. */
  readonly sample: number;
}

/** So many of so many learners. */
export interface Reach {
  readonly reached: number;
  readonly learners: number;
}

/** What a rule would have done, had it been live all along. */
export interface Preview extends Reach {
  /** What that share makes it worth. */
  readonly rarity: Rarity;
  /** Learners who would hold it, spread evenly from the first crossing to the last. */
  readonly sample: readonly { readonly learnerId: number; readonly crossedOn: SchoolDay }[];
  readonly byClass: readonly ({ readonly classId: number } & Reach)[];
  /** Classes grouped by how many learners they have: `upTo` null is the open end. */
  readonly byGroupSize: readonly ({ readonly from: number; readonly upTo: number | null } & Reach)[];
  /** Crossings in each of the last weeks, oldest first. `week` is its Monday. */
  readonly perWeek: readonly { readonly week: SchoolDay; readonly crossings: number }[];
  /** Badges that overlap, most alike first: those who would hold both, among those who would hold either. */
  readonly overlaps: readonly { readonly badgeId: string; readonly both: number; readonly jaccard: number }[];
}

/** Collects learners one at a time, so that a school of any size passes through in constant memory. */
export interface PreviewTally {
  add(learner: PreviewLearner): void;
  result(): Preview;
}

const groupSizes = [1, 16, 31, 61] as const;

export function createPreview(options: PreviewOptions): PreviewTally {
  const { badgeId, otherBadges } = options;
  const reached: { learnerId: number; crossedOn: SchoolDay }[] = [];
  const classes = new Map<number, { reached: number; learners: number }>();
  const others = new Map(otherBadges.map((id) => [id, { both: 0, held: 0 }]));
  let learners = 0;
  return {
    add({ learnerId, classIds, crossings }) {
      learners++;
      const crossedOn = crossings.get(badgeId);
      if (crossedOn !== undefined) reached.push({ learnerId, crossedOn });
      for (const classId of classIds) countIn(classes, classId, crossedOn !== undefined);
      for (const [id, count] of others) {
        if (!crossings.has(id)) continue;
        count.held++;
        if (crossedOn !== undefined) count.both++;
      }
    },
    result: () => ({
      reached: reached.length,
      learners,
      rarity: liveRarity(learners === 0 ? 0 : reached.length / learners),
      sample: spreadSample(reached, options.sample),
      byClass: [...classes]
        .map(([classId, reach]) => ({ classId, ...reach }))
        .sort((a, b) => a.classId - b.classId),
      byGroupSize: bySize([...classes.values()]),
      perWeek: weekly(reached, options),
      overlaps: overlapsOf(others, reached.length),
    }),
  };
}

function countIn(
  classes: Map<number, { reached: number; learners: number }>,
  classId: number,
  hasReached: boolean,
): void {
  const reach = classes.get(classId) ?? { reached: 0, learners: 0 };
  reach.learners++;
  if (hasReached) reach.reached++;
  classes.set(classId, reach);
}

function spreadSample(
  reached: readonly { learnerId: number; crossedOn: SchoolDay }[],
  size: number,
): Preview['sample'] {
  const inOrder = reached.toSorted((a, b) => a.crossedOn - b.crossedOn || a.learnerId - b.learnerId);
  if (inOrder.length <= size) return inOrder;
  const step = size === 1 ? 0 : (inOrder.length - 1) / (size - 1);
  return Array.from({ length: size }, (_, index) => inOrder[Math.round(index * step)]);
}

function bySize(classes: readonly Reach[]): Preview['byGroupSize'] {
  return groupSizes.flatMap((from, index) => {
    const upTo = index + 1 < groupSizes.length ? groupSizes[index + 1] - 1 : null;
    const group = classes.filter(({ learners }) => learners >= from && learners <= (upTo ?? Infinity));
    if (group.length === 0) return [];
    const sum = (count: (reach: Reach) => number) => group.reduce((total, reach) => total + count(reach), 0);
    return [
      { from, upTo, reached: sum(({ reached }) => reached), learners: sum(({ learners }) => learners) },
    ];
  });
}

function weekly(
  reached: readonly { crossedOn: SchoolDay }[],
  { before, weeks }: PreviewOptions,
): Preview['perWeek'] {
  const lastWeek = weekStart(before - 1);
  const counts = new Map<SchoolDay, number>();
  for (const { crossedOn } of reached) {
    const week = weekStart(crossedOn);
    counts.set(week, (counts.get(week) ?? 0) + 1);
  }
  return Array.from({ length: weeks }, (_, index) => {
    const week = lastWeek - 7 * (weeks - 1 - index);
    return { week, crossings: counts.get(week) ?? 0 };
  });
}

function overlapsOf(
  others: ReadonlyMap<string, { both: number; held: number }>,
  reached: number,
): Preview['overlaps'] {
  return [...others]
    .filter(([, { both }]) => both > 0)
    .map(([badgeId, { both, held }]) => ({ badgeId, both, jaccard: both / (held + reached - both) }))
    .sort((a, b) => b.jaccard - a.jaccard);
}
