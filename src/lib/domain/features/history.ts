import { type ActivityKind, activityKinds, passiveKinds } from '../activity/event.ts';
import { unionOfSlots } from '../activity/fold.ts';
import type { DailyRollup } from '../activity/rollup.ts';
import { type SchoolDay, weekday } from '../activity/school-day.ts';

/** What a history sums up, day by day. The kinds follow, one column each: see `kindColumn`. */
export const column = {
  activeDays: 0,
  events: 1,
  quantity: 2,
  seconds: 3,
  due: 4,
  late: 5,
  leadDays: 6,
  scoreSum: 7,
  scoreCount: 8,
  highScores: 9,
  /** Rows with a score: where the score list stands. */
  scoreRows: 10,
  slots: 11,
  nightSlots: 12,
  sessions: 13,
  timedDays: 14,
  weekendDays: 15,
} as const;
export type Column = (typeof column)[keyof typeof column];

const firstKindColumn = 16;
const width = firstKindColumn + activityKinds.length;

/** From here on a score, 0 to 100, counts as high. */
export const highScore = 85;

/** The column that counts the events of `kind`. */
export function kindColumn(kind: ActivityKind): number {
  return firstKindColumn + activityKinds.indexOf(kind);
}

/** The columns of the kinds that are activity. */
export const activeKindColumns: readonly number[] = activityKinds
  .filter((kind) => !passiveKinds.has(kind))
  .map(kindColumn);

const columnOfKind: ReadonlyMap<ActivityKind, number> = new Map(
  activityKinds.map((kind) => [kind, kindColumn(kind)]),
);

/** All that is known of a learner from the days in [from, before). Only days on which something happened take room. */
export interface LearnerHistory {
  readonly from: SchoolDay;
  readonly before: SchoolDay;
  /** The first day on which an absence of activity means that there was none. */
  readonly observedFrom: SchoolDay;
  /** The days with a record, ascending. */
  readonly days: Int32Array;
  /** before - from + 1 elements: element i counts the records before day from + i. */
  readonly rank: Uint32Array;
  /** (days + 1) × width, row-major: row i holds the sums over the first i records. */
  readonly sums: Float64Array;
  /** One element a row with scores, in order of days. */
  readonly scores: ScoreList;
  /** What was done in each class, for comparison with the class. */
  readonly classes: ReadonlyMap<number, ClassPart>;
}

export interface ScoreList {
  readonly days: Int32Array;
  /** The mean score of the row, 0 to 100. */
  readonly values: Float64Array;
  /** How many scores it is the mean of. */
  readonly weights: Float64Array;
}

/** A learner's doings in one class: parallel arrays, a day may come several times. */
export interface ClassPart {
  readonly days: number[];
  readonly events: number[];
  readonly scoreSums: number[];
  readonly scoreCounts: number[];
}

export interface HistorySpan {
  /** The first day loaded. */
  readonly from: SchoolDay;
  /** The first day left out. */
  readonly before: SchoolDay;
  readonly joinedOn: SchoolDay;
}

/** Rollups of one learner, in any order; days outside [from, before) are left out. */
export function buildHistory(rollups: Iterable<DailyRollup>, span: HistorySpan): LearnerHistory {
  const { from, before } = span;
  if (!(before >= from)) throw new RangeError(`span: expected from ≤ before, got ${from} and ${before}`);
  const rows = inOrder(Array.from(rollups).filter(({ day }) => day >= from && day < before));
  const days = distinctDays(rows);
  const sums = new Float64Array((days.length + 1) * width);
  const firstDay = rows.find(isActivity)?.day ?? span.joinedOn;
  fillSums(sums, rows, 0);
  return {
    from,
    before,
    observedFrom: Math.max(from, Math.min(span.joinedOn, firstDay)),
    days,
    rank: rankOf(days, from, before),
    sums,
    scores: scoreList(rows),
    classes: classParts(rows),
  };
}

/**
 * The same history with more days at its end: what buildHistory would make of all rollups together, without summing the
 * past again. @throws RangeError for rollups that do not lie in [history.before, before)
 */
export function extendHistory(
  history: LearnerHistory,
  rollups: readonly DailyRollup[],
  { before, joinedOn }: Pick<HistorySpan, 'before' | 'joinedOn'>,
): LearnerHistory {
  const astray = rollups.find(({ day }) => !(day >= history.before && day < before));
  if (astray || !(before >= history.before))
    throw new RangeError(
      `days: expected from ${history.before} up to ${before}, got ${astray?.day ?? before}`,
    );
  const rows = inOrder([...rollups]);
  const later = distinctDays(rows);
  const sums = new Float64Array(history.sums.length + later.length * width);
  sums.set(history.sums);
  fillSums(sums, rows, history.sums.length - width);
  const firstDay = rows.find(isActivity)?.day ?? joinedOn;
  const isNew = sumOf(history, column.events, 0, history.days.length) === 0;
  return {
    from: history.from,
    before,
    observedFrom: isNew ? Math.max(history.from, Math.min(joinedOn, firstDay)) : history.observedFrom,
    days: joined(history.days, later),
    rank: extendedRank(history, later, before),
    sums,
    scores: joinedScores(history.scores, scoreList(rows)),
    classes: rows.length === 0 ? history.classes : joinedParts(history.classes, classParts(rows)),
  };
}

function joined(a: Int32Array, b: Int32Array): Int32Array {
  const both = new Int32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function extendedRank(history: LearnerHistory, later: Int32Array, before: SchoolDay): Uint32Array {
  const rank = new Uint32Array(before - history.from + 1);
  rank.set(history.rank);
  const known = history.days.length;
  rank.set(
    rankOf(later, history.before, before).map((passed) => known + passed),
    history.rank.length - 1,
  );
  return rank;
}

function joinedScores(a: ScoreList, b: ScoreList): ScoreList {
  if (b.days.length === 0) return a;
  return {
    days: joined(a.days, b.days),
    values: Float64Array.from([...a.values, ...b.values]),
    weights: Float64Array.from([...a.weights, ...b.weights]),
  };
}

function joinedParts(
  past: ReadonlyMap<number, ClassPart>,
  later: ReadonlyMap<number, ClassPart>,
): ReadonlyMap<number, ClassPart> {
  const parts = new Map(past);
  for (const [classId, part] of later) {
    const known = past.get(classId);
    if (!known) parts.set(classId, part);
    else
      parts.set(classId, {
        days: [...known.days, ...part.days],
        events: [...known.events, ...part.events],
        scoreSums: [...known.scoreSums, ...part.scoreSums],
        scoreCounts: [...known.scoreCounts, ...part.scoreCounts],
      });
  }
  return parts;
}

function isActivity({ kind, count }: DailyRollup): boolean {
  return count > 0 && !passiveKinds.has(kind);
}

function compareRows(a: DailyRollup, b: DailyRollup): number {
  if (a.day !== b.day) return a.day - b.day;
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.classId - b.classId;
}

/** Sums of fractions depend on their order in the last bit; a fixed order makes them the same every time. */
function inOrder(rows: DailyRollup[]): readonly DailyRollup[] {
  for (let i = 1; i < rows.length; i++) {
    if (compareRows(rows[i - 1], rows[i]) > 0) return rows.toSorted(compareRows);
  }
  return rows;
}

// Plain loops from here on: a school has a million rows, and iterators cost more than the sums.

function distinctDays(rows: readonly DailyRollup[]): Int32Array {
  const days = new Int32Array(rows.length);
  let found = 0;
  for (let i = 0; i < rows.length; i++) {
    if (i === 0 || rows[i].day !== rows[i - 1].day) days[found++] = rows[i].day;
  }
  return days.slice(0, found);
}

function rankOf(days: Int32Array, from: SchoolDay, before: SchoolDay): Uint32Array {
  const rank = new Uint32Array(before - from + 1);
  let passed = 0;
  for (let i = 0; i < rank.length; i++) {
    rank[i] = passed;
    if (days[passed] === from + i) passed++;
  }
  return rank;
}

/** From the row at `at` on, each row of `sums` starts as the one before and gets the rows of its day added. */
function fillSums(sums: Float64Array, rows: readonly DailyRollup[], at: number): void {
  let slots = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (i === 0 || rows[i - 1].day !== row.day) {
      sums.copyWithin(at + width, at, at + width);
      at += width;
      slots = 0;
    }
    addRow(sums, at, row);
    if (row.slots > 0 && isActivity(row)) slots = unionOfSlots(slots, row.slots);
    if (i + 1 === rows.length || rows[i + 1].day !== row.day) endDay(sums, at, row.day, slots);
  }
}

function addRow(sums: Float64Array, at: number, row: DailyRollup): void {
  sums[at + (columnOfKind.get(row.kind) ?? NaN)] += row.count;
  sums[at + column.due] += row.dueCount;
  sums[at + column.late] += row.lateCount;
  sums[at + column.leadDays] += row.leadDaysSum;
  if (row.scoreCount > 0) addScores(sums, at, row);
  if (!isActivity(row)) return;
  sums[at + column.events] += row.count;
  sums[at + column.quantity] += row.quantity;
  sums[at + column.seconds] += row.seconds;
}

function addScores(sums: Float64Array, at: number, row: DailyRollup): void {
  sums[at + column.scoreSum] += row.scoreSum;
  sums[at + column.scoreCount] += row.scoreCount;
  sums[at + column.scoreRows] += 1;
  if (row.scoreSum / row.scoreCount >= highScore) sums[at + column.highScores] += row.scoreCount;
}

function endDay(sums: Float64Array, at: number, day: SchoolDay, slots: number): void {
  if (sums[at + column.events] > sums[at - width + column.events]) {
    sums[at + column.activeDays] += 1;
    if (weekday(day) >= 5) sums[at + column.weekendDays] += 1;
  }
  if (slots === 0) return;
  sums[at + column.timedDays] += 1;
  addSlots(sums, at, slots);
}

const halfBits = 24;
// 22:00 to 6:00: slots 0 to 11 are the low half's low bits, 44 to 47 the high half's upper four.
const nightLow = 0xfff;
const nightHigh = 0xf00000;

function addSlots(sums: Float64Array, at: number, slots: number): void {
  const high = Math.floor(slots / 2 ** halfBits);
  const low = slots % 2 ** halfBits;
  const carried = low >>> (halfBits - 1);
  sums[at + column.slots] += bitCount(low) + bitCount(high);
  sums[at + column.nightSlots] += bitCount(low & nightLow) + bitCount(high & nightHigh);
  // A session begins at a set bit whose lower neighbour is not set.
  sums[at + column.sessions] += bitCount(low & ~(low << 1)) + bitCount(high & ~((high << 1) | carried));
}

/** Set bits of a 32-bit integer, in parallel. @see Warren, Hacker's Delight, figure 5-2 */
function bitCount(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function scoreList(rows: readonly DailyRollup[]): ScoreList {
  const scored = rows.filter(({ scoreCount }) => scoreCount > 0);
  const list = {
    days: new Int32Array(scored.length),
    values: new Float64Array(scored.length),
    weights: new Float64Array(scored.length),
  };
  for (let i = 0; i < scored.length; i++) {
    const { day, scoreSum, scoreCount } = scored[i];
    list.days[i] = day;
    list.values[i] = scoreSum / scoreCount;
    list.weights[i] = scoreCount;
  }
  return list;
}

function classParts(rows: readonly DailyRollup[]): ReadonlyMap<number, ClassPart> {
  const parts = new Map<number, ClassPart>();
  for (const row of rows) {
    let part = parts.get(row.classId);
    if (!part) {
      part = { days: [], events: [], scoreSums: [], scoreCounts: [] };
      parts.set(row.classId, part);
    }
    part.days.push(row.day);
    part.events.push(isActivity(row) ? row.count : 0);
    part.scoreSums.push(row.scoreSum);
    part.scoreCounts.push(row.scoreCount);
  }
  return parts;
}

/** Records before `day`: the row of `sums` that holds all before it. */
export function recordsBefore(history: LearnerHistory, day: SchoolDay): number {
  if (day <= history.from) return 0;
  return history.rank[Math.min(day, history.before) - history.from];
}

/** Sum of a column over records [first, end). */
export function sumOf(history: LearnerHistory, of: number, first: number, end: number): number {
  return history.sums[end * width + of] - history.sums[first * width + of];
}

/** Sum of a column over the days in [from, before). */
export function sumBetween(history: LearnerHistory, of: number, from: SchoolDay, before: SchoolDay): number {
  return sumOf(history, of, recordsBefore(history, from), recordsBefore(history, before));
}

/** Whether the learner did anything on `day`. */
export function isActiveOn(history: LearnerHistory, day: SchoolDay): boolean {
  return sumBetween(history, column.activeDays, day, day + 1) > 0;
}
