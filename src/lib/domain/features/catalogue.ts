import type { SchoolDay } from '../activity/school-day.ts';
import type { Bilingual, Feature, MeasureInfo } from './feature.ts';
import type { LearnerHistory } from './history.ts';
import { lookBack, type Measure, type MeasureContext } from './look.ts';
import { breadthMeasures } from './measures/breadth.ts';
import { classMeasures } from './measures/class.ts';
import { gapMeasures } from './measures/gaps.ts';
import { punctualityMeasures } from './measures/punctuality.ts';
import { recencyMeasures } from './measures/recency.ts';
import { regularityMeasures } from './measures/regularity.ts';
import { scoreMeasures } from './measures/scores.ts';
import { streakMeasures } from './measures/streaks.ts';
import { timingMeasures } from './measures/timing.ts';
import { togetherMeasures } from './measures/together.ts';
import { trendMeasures } from './measures/trend.ts';
import { volumeMeasures } from './measures/volume.ts';

const allMeasures: readonly Measure[] = [
  ...volumeMeasures,
  ...recencyMeasures,
  ...regularityMeasures,
  ...streakMeasures,
  ...trendMeasures,
  ...punctualityMeasures,
  ...scoreMeasures,
  ...breadthMeasures,
  ...classMeasures,
  ...timingMeasures,
  ...gapMeasures,
  ...togetherMeasures,
];

/** Every way to measure a learner; a badge rule may use any of them with any window they take. */
export const measures: readonly MeasureInfo[] = allMeasures;

const measureById: ReadonlyMap<string, Measure> = new Map(allMeasures.map((one) => [one.id, one]));

function find(id: string): Measure {
  const found = measureById.get(id);
  if (found) return found;
  throw new RangeError(
    `measure: expected one of ${[...measureById.keys()].join(', ')}, got ${JSON.stringify(id)}`,
  );
}

/** @throws RangeError when there is no such measure. */
export function measureInfo(id: string): MeasureInfo {
  return find(id);
}

/** Checks at the door that `id` is a measure which takes `window`. @throws RangeError that says what it takes. */
export function checkMeasure(id: string, window: number | null): MeasureInfo {
  const info = find(id);
  if (!takesWindow(info, window)) {
    throw new RangeError(`window: expected ${windowWanted(info)} for ${id}, got ${String(window)}`);
  }
  return info;
}

function takesWindow({ windows }: MeasureInfo, window: number | null): boolean {
  if (windows === null) return window === null;
  if (window === null) return windows.takesWholePast;
  return Number.isInteger(window) && window >= windows.shortest && window <= windows.longest;
}

function windowWanted({ windows }: MeasureInfo): string {
  if (windows === null) return 'null (the measure takes no window)';
  const days = `whole days from ${windows.shortest} to ${windows.longest}`;
  return windows.takesWholePast ? `${days} or null (the whole past)` : days;
}

/**
 * Measures a learner from the days before `before`; NaN where not measured.
 * @throws RangeError for an unknown measure, a window it does not take, or days the history does not hold.
 */
export function measure(
  id: string,
  window: number | null,
  history: LearnerHistory,
  context: MeasureContext,
  before: SchoolDay,
): number {
  const found = find(id);
  if (!takesWindow(found, window)) checkMeasure(id, window);
  checkBefore(history, before);
  return before <= history.observedFrom ? NaN : found.compute(lookBack(history, context, window, before));
}

function checkBefore(history: LearnerHistory, before: SchoolDay): void {
  if (before <= history.before) return;
  throw new RangeError(
    `before: expected a day up to ${history.before}, where the history ends, got ${before}`,
  );
}

/** What models learn from: [measure, windows]. Any change of this list or of a measure's meaning raises the version. */
const chosen: readonly (readonly [string, ...(number | null)[]])[] = [
  ['events', 7, 28, 91],
  ['quantity', 7, 28],
  ['hours', 28],
  ['practices', 28],
  ['days-since-active', null],
  ['days-since-hand-in', null],
  ['days-known', null],
  ['active-days', 7, 28, 91],
  ['school-day-share', 28, 91],
  ['active-weeks', 91],
  ['weekday-entropy', 28],
  ['busiest-day-share', 28],
  ['streak', null],
  ['longest-streak', 91],
  ['week-streak', null],
  ['steady-week-streak', null],
  ['weekly-slope', 56],
  ['activity-change', 14, 28],
  ['presence-change', 14],
  ['acceleration', 14],
  ['hand-ins', 28, 91],
  ['late-share', 91],
  ['lead-days', 91],
  ['on-time-row', null],
  ['scores', 91],
  ['mean-score', 91, null],
  ['last-score', null],
  ['score-slope', 91],
  ['best-gain', 91],
  ['high-score-share', 91],
  ['kinds', 28],
  ['kind-entropy', 28],
  ['class-activity-ratio', 28],
  ['class-score-difference', 91],
  ['sessions', 28],
  ['sessions-per-day', 28],
  ['night-share', 28],
  ['weekend-share', 28],
  ['longest-gap', 91],
  ['comebacks', 182],
  ['helps', 91],
  ['posts', 91],
  ['group-work', 91],
  ['attendance-rate', 28],
  ['attendance-row', null],
];

/** Raised with every change of the features, their order or their meaning: old models then refuse new values. */
export const catalogueVersion = 1;

/** The features, in the order in which vectors store them. */
export const featureCatalogue: readonly Feature[] = chosen.flatMap(([id, ...windows]) =>
  windows.map((window) => {
    checkMeasure(id, window);
    return { id: window === null ? id : `${id}-${window}`, measure: id, window };
  }),
);

interface WindowGroup {
  readonly window: number | null;
  readonly members: readonly { readonly index: number; readonly compute: Measure['compute'] }[];
}

const windowGroups: readonly WindowGroup[] = [
  ...Map.groupBy(featureCatalogue.entries(), ([, { window }]) => window),
].map(([window, group]) => ({
  window,
  members: group.map(([index, feature]) => ({ index, compute: find(feature.measure).compute })),
}));

/** Every feature of the catalogue, in its order, from the days before `before`. */
export function measureAll(
  history: LearnerHistory,
  context: MeasureContext,
  before: SchoolDay,
): Float64Array {
  checkBefore(history, before);
  const values = new Float64Array(featureCatalogue.length).fill(NaN);
  if (before <= history.observedFrom) return values;
  for (const { window, members } of windowGroups) {
    const look = lookBack(history, context, window, before);
    for (const { index, compute } of members) values[index] = compute(look);
  }
  return values;
}

/** The window in words: `in the last 28 days`. Empty for a measure that takes none. */
export function windowWords(info: MeasureInfo, window: number | null): Bilingual {
  if (info.windows === null) return { it: '', en: '' };
  if (window === null) return { it: 'da sempre', en: 'since the beginning' };
  if (window === 1) return { it: 'nell’ultimo giorno', en: 'on the last day' };
  return { it: `negli ultimi ${window} giorni`, en: `in the last ${window} days` };
}

/** A feature's name with its window: `Active days in the last 28 days`. */
export function featureName({ measure: id, window }: Feature): Bilingual {
  const info = find(id);
  const words = windowWords(info, window);
  return { it: `${info.name.it} ${words.it}`.trim(), en: `${info.name.en} ${words.en}`.trim() };
}
