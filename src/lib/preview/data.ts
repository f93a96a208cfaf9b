import { activityKinds } from '#lib/domain/activity/event.ts';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Badge } from '#lib/domain/badges/badge.ts';
import { type CalendarSpan, catalogueVersion } from '#lib/domain/features/index.ts';
import type { FrozenMeasure } from '#lib/domain/what-if/frozen.ts';

/** A badge the learner does not hold, with all that ranking and drawing it needs. */
export interface PreviewBadge extends Pick<
  Badge,
  'id' | 'family' | 'tier' | 'series' | 'criterion' | 'effortDays' | 'emblem' | 'isConsequential'
> {
  /** As declared: what the model reads. */
  readonly rarity: Badge['rarity'];
  /** By the share of learners who hold it: what people see, and what the order of recommendations goes by. */
  readonly liveRarity: Badge['rarity'];
  /** Share of the school's learners who hold it, 0 to 1. */
  readonly share: number;
  /** How often it is earned within four weeks; null for a badge the model has not seen. */
  readonly rate: number | null;
  /** In the page's language. */
  readonly name: string;
  readonly description: string;
}

/** Work of the learner's classes that is not handed in yet. */
export interface DueWork {
  readonly title: string;
  readonly className: string;
  readonly dueOn: SchoolDay;
}

/** Everything the learner's own device needs to look ahead by itself. JSON; nothing in it is about anybody else. */
export interface PreviewData {
  readonly version: 1;
  readonly catalogueVersion: number;
  /** The first day not known: the day after the one the data was sent on. */
  readonly before: SchoolDay;
  readonly joinedOn: SchoolDay;
  readonly calendar: readonly CalendarSpan[];
  /** See packRollups. */
  readonly rollups: readonly (readonly number[])[];
  readonly held: readonly { readonly badgeId: string; readonly crossedOn: SchoolDay }[];
  /** The open active badges, each after those its rule names. */
  readonly badges: readonly PreviewBadge[];
  /** Names of badges that rules ask for and that are not among the open ones. */
  readonly otherNames: Readonly<Record<string, string>>;
  /** Earliest first; null where the school sends no due dates. */
  readonly due: readonly DueWork[] | null;
  /** Where the small model lies; null when there is none that may be used. */
  readonly model: { readonly version: string; readonly url: string } | null;
  /** Comparisons with the class as they stand; null for what is not measured. See FrozenMeasure. */
  readonly frozen: readonly {
    readonly measure: string;
    readonly window: number | null;
    readonly now: number | null;
    readonly then: number | null;
  }[];
}

/** @throws TypeError for data of another version: the page and the data must be fetched anew together */
export function checkPreviewData(value: unknown): PreviewData {
  const data = value as Partial<PreviewData> | null;
  if (data?.version !== 1 || data.catalogueVersion !== catalogueVersion)
    throw new TypeError(
      `preview: expected data of version 1 with features of version ${catalogueVersion}, got ${data?.version} and ${data?.catalogueVersion}`,
    );
  return data as PreviewData;
}

/**
 * Rollups as rows of numbers: the day counted from the row before, kind, class, then count, quantity, seconds, slots,
 * due, late, lead days, score sum and score count, without the zeros at the end. Classes are numbered in order.
 */
export function packRollups(rollups: readonly DailyRollup[]): number[][] {
  const inOrder = rollups.toSorted((a, b) => a.day - b.day || compareKinds(a, b) || a.classId - b.classId);
  const classIds = [...new Set(rollups.map(({ classId }) => classId))].sort((a, b) => a - b);
  return inOrder.map((rollup, index) => {
    const since = index === 0 ? 0 : inOrder[index - 1].day;
    const cells = [
      rollup.day - since,
      activityKinds.indexOf(rollup.kind),
      classIds.indexOf(rollup.classId),
      rollup.count,
      rollup.quantity,
      rollup.seconds,
      rollup.slots,
      rollup.dueCount,
      rollup.lateCount,
      rollup.leadDaysSum,
      rollup.scoreSum,
      rollup.scoreCount,
    ];
    return cells.slice(0, cells.findLastIndex((cell) => cell !== 0) + 1);
  });
}

function compareKinds(a: DailyRollup, b: DailyRollup): number {
  if (a.kind === b.kind) return 0;
  return a.kind < b.kind ? -1 : 1;
}

/** The rollups again, in the order in which a history sums them. */
export function unpackRollups(rows: PreviewData['rollups']): DailyRollup[] {
  let day = 0;
  // By place: patterns ask an iterator for each cell, which counts where code runs for the first time.
  return rows.map((row) => {
    day += row[0];
    return {
      learnerId: 0,
      classId: row[2] ?? 0,
      day,
      kind: activityKinds[row[1] ?? 0],
      count: row[3] ?? 0,
      quantity: row[4] ?? 0,
      seconds: row[5] ?? 0,
      scoreSum: row[10] ?? 0,
      scoreCount: row[11] ?? 0,
      dueCount: row[7] ?? 0,
      lateCount: row[8] ?? 0,
      leadDaysSum: row[9] ?? 0,
      slots: row[6] ?? 0,
    };
  });
}

/** JSON has no NaN: what is not measured travels as null. */
export function unpackFrozen(frozen: PreviewData['frozen']): FrozenMeasure[] {
  return frozen.map(({ measure, window, now, then }) => ({
    measure,
    window,
    now: now ?? NaN,
    then: then ?? NaN,
  }));
}
