import type { SchoolDay } from '../activity/school-day.ts';

/** What a whole class did in a day. */
export interface ClassDay {
  readonly day: SchoolDay;
  /** Events of active kinds. */
  readonly count: number;
  readonly scoreSum: number;
  readonly scoreCount: number;
}

/** So many learners who came and went on the same days. */
export interface ClassMembers {
  readonly joinedOn: SchoolDay;
  /** The first day no longer in the class; null while enrolled. */
  readonly leftOn: SchoolDay | null;
  readonly learners: number;
}

/** A class day by day, as sums from its first day on: element i covers the days before from + i. */
export interface ClassHistory {
  readonly classId: number;
  readonly from: SchoolDay;
  readonly events: Float64Array;
  readonly scoreSums: Float64Array;
  readonly scoreCounts: Float64Array;
  /** Learners enrolled, summed over days. */
  readonly memberDays: Float64Array;
}

/** Rows in any order; members grouped or one by one. Covers the days up to `before`. */
export function buildClassHistory(
  classId: number,
  rows: readonly ClassDay[],
  members: readonly ClassMembers[],
  before: SchoolDay,
): ClassHistory {
  const starts = [...rows.map(({ day }) => day), ...members.map(({ joinedOn }) => joinedOn), before];
  const from = starts.reduce((first, day) => Math.min(first, day));
  const size = before - from + 1;
  const known = rows.filter(({ day }) => day < before);
  return {
    classId,
    from,
    events: summed(size, known, from, ({ count }) => count),
    scoreSums: summed(size, known, from, ({ scoreSum }) => scoreSum),
    scoreCounts: summed(size, known, from, ({ scoreCount }) => scoreCount),
    memberDays: memberDays(size, members, from),
  };
}

function summed(
  size: number,
  rows: readonly ClassDay[],
  from: SchoolDay,
  value: (row: ClassDay) => number,
): Float64Array {
  const sums = new Float64Array(size);
  for (const row of rows) sums[row.day - from + 1] += value(row);
  return accumulate(sums);
}

function memberDays(size: number, members: readonly ClassMembers[], from: SchoolDay): Float64Array {
  const enrolled = new Float64Array(size);
  for (const { joinedOn, leftOn, learners } of members) {
    if (joinedOn - from + 1 < size) enrolled[joinedOn - from + 1] += learners;
    if (leftOn !== null && leftOn - from + 1 < size) enrolled[leftOn - from + 1] -= learners;
  }
  return accumulate(accumulate(enrolled));
}

/** Turns steps into running sums, in place. */
function accumulate(values: Float64Array): Float64Array {
  for (let i = 1; i < values.length; i++) values[i] += values[i - 1];
  return values;
}

/** Sum of one of the class's series over the days in [from, before). */
export function classSum(
  history: ClassHistory,
  series: Float64Array,
  from: SchoolDay,
  before: SchoolDay,
): number {
  const at = (day: SchoolDay) => series[Math.min(Math.max(day - history.from, 0), series.length - 1)];
  return at(before) - at(from);
}
