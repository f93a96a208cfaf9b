import type { ActivityKind } from '#lib/domain/activity/event.ts';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import { type SchoolDay, weekday, weekStart } from '#lib/domain/activity/school-day.ts';
import { activeRows, type DrawnLearner, drawnFrom } from './draw-learner.ts';

/** Measures computed the slow and plain way, straight from the rollups: what the fast ones are held against. */
export function naiveMeasure(
  id: string,
  window: number | null,
  drawn: DrawnLearner,
  before: SchoolDay,
): number {
  const past = drawn.rollups.filter(({ day }) => day < before);
  const active = activeRows(past);
  const start = Math.max(drawnFrom - 5, Math.min(drawn.joinedOn, ...active.map(({ day }) => day)));
  if (before <= start) return NaN;
  const from = Math.max(start, before - (window ?? Infinity));
  const compute = naive[id];
  if (!compute) throw new Error(`no naive measure for ${id}`);
  return compute({ drawn, past, start, from, before, window: window ?? Infinity });
}

interface View {
  readonly drawn: DrawnLearner;
  readonly past: readonly DailyRollup[];
  readonly start: SchoolDay;
  readonly from: SchoolDay;
  readonly before: SchoolDay;
  readonly window: number;
}

const within = (view: View, from = view.from, before = view.before) =>
  view.past.filter(({ day }) => day >= from && day < before);
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const sumOf = (rows: readonly DailyRollup[], field: (row: DailyRollup) => number) => sum(rows.map(field));
const ratio = (a: number, b: number) => (b > 0 ? a / b : NaN);
const ofKind = (rows: readonly DailyRollup[], kind: ActivityKind) => rows.filter((row) => row.kind === kind);
const countOf = (kind: ActivityKind) => (view: View) =>
  sumOf(ofKind(within(view), kind), ({ count }) => count);
const daysFrom = (from: SchoolDay, before: SchoolDay) =>
  Array.from({ length: Math.max(0, before - from) }, (_, i) => from + i);
const distinct = <T>(items: readonly T[]) => [...new Set(items)];
const activeDays = (rows: readonly DailyRollup[]) =>
  distinct(activeRows(rows).map(({ day }) => day)).sort((a, b) => a - b);
const events = (rows: readonly DailyRollup[]) => sumOf(activeRows(rows), ({ count }) => count);
const isActive = ({ past }: View, day: SchoolDay) => activeRows(past).some((row) => row.day === day);

function isSchoolDay({ drawn }: View, day: SchoolDay): boolean {
  const covers = (kind: string) =>
    drawn.spans.some((span) => span.kind === kind && span.startsOn <= day && day <= span.endsOn);
  const hasTerms = drawn.spans.some(({ kind }) => kind === 'term');
  return weekday(day) < 5 && !covers('holiday') && (!hasTerms || covers('term'));
}

const schoolDays = (view: View, from = view.from, before = view.before) =>
  daysFrom(from, before).filter((day) => isSchoolDay(view, day));

function bits(counts: readonly number[]): number {
  const shares = counts.filter((count) => count > 0).map((count) => count / sum(counts));
  return shares.length === 0 ? NaN : -sum(shares.map((share) => share * Math.log2(share)));
}

/** Least squares through the normal equations. */
function line(points: readonly (readonly [number, number])[]): number {
  const n = points.length;
  const [sx, sy] = [sum(points.map(([x]) => x)), sum(points.map(([, y]) => y))];
  const sxx = sum(points.map(([x]) => x * x));
  const sxy = sum(points.map(([x, y]) => x * y));
  return ratio(n * sxy - sx * sy, n * sxx - sx * sx);
}

/** Letters of a run-length string: A active, p pause; the last day is left out while it has no activity. */
function schoolDayString(view: View): string {
  return schoolDays(view)
    .filter((day) => isActive(view, day) || day < view.before - 1)
    .map((day) => (isActive(view, day) ? 'A' : 'p'))
    .join('');
}

const longest = (text: string, pattern: RegExp) =>
  Math.max(0, ...[...text.matchAll(pattern)].map(([run]) => run.length));

function weeksInARow(view: View, wanted: number): number {
  if (schoolDays(view).length === 0) return NaN;
  const weeks = distinct(daysFrom(view.from, view.before).map(weekStart)).reverse();
  const current = weekStart(view.before - 1);
  let row = 0;
  for (const week of weeks) {
    const open = schoolDays(view, week, week + 7).length;
    if (open === 0) continue;
    const met = activeDays(within(view, week, week + 7)).length >= Math.min(wanted, open);
    if (met) row++;
    else if (week !== current) break;
  }
  return row;
}

function earlierWindow(view: View, back: number): readonly [number, number] | null {
  const end = view.before - back * view.window;
  return end - view.window < view.start ? null : [end - view.window, end];
}

function pace(view: View, back: number): number {
  const span = earlierWindow(view, back);
  return span ? ratio(events(within(view, ...span)), schoolDays(view, ...span).length) : NaN;
}

function presence(view: View, back: number): number {
  const span = earlierWindow(view, back);
  if (!span) return NaN;
  const open = schoolDays(view, ...span);
  return ratio(open.filter((day) => isActive(view, day)).length, open.length);
}

function weeklySlope(view: View): number {
  const weeks = daysFrom(0, 60)
    .map((back) => [view.before - 7 * back - 7, view.before - 7 * back] as const)
    .filter(([from, before]) => from >= view.from && schoolDays(view, from, before).length > 0);
  if (weeks.length < 3) return NaN;
  return line(weeks.map(([from, before]) => [from - view.before, events(within(view, from, before))])) * 7;
}

/** Known and not contradicted: never 0 where nothing was recorded. */
function recorded(view: View, value: (rows: readonly DailyRollup[]) => number): number {
  if (value(view.past) === 0) return NaN;
  const now = value(within(view));
  return now === 0 && activeDays(within(view)).length > 0 ? NaN : now;
}

/** Days with their set half-hours, as arrays of 48 booleans. */
function timedDays(rows: readonly DailyRollup[]): boolean[][] {
  const byDay = Map.groupBy(activeRows(rows), ({ day }) => day);
  return [...byDay.values()]
    .map((group) =>
      daysFrom(0, 48).map((slot) => group.some(({ slots }) => (BigInt(slots) >> BigInt(slot)) & 1n)),
    )
    .filter((slots) => slots.includes(true));
}

const sessions = (rows: readonly DailyRollup[]) =>
  sum(timedDays(rows).map((slots) => slots.filter((is, slot) => is && !slots[slot - 1]).length));

interface Score {
  readonly day: SchoolDay;
  readonly value: number;
  readonly weight: number;
}

const scores = (view: View): readonly Score[] =>
  within(view)
    .filter(({ scoreCount }) => scoreCount > 0)
    .map(({ day, scoreSum, scoreCount }) => ({ day, value: scoreSum / scoreCount, weight: scoreCount }));
const meanOf = (list: readonly Score[]) =>
  ratio(sum(list.map(({ value, weight }) => value * weight)), sum(list.map(({ weight }) => weight)));

function bestGain(view: View): number {
  const gains = scores(view).flatMap((early) =>
    scores(view)
      .filter((later) => later.day > early.day)
      .map((later) => later.value - early.value),
  );
  return gains.length === 0 ? NaN : Math.max(...gains);
}

function rowBack(view: View, breaks: (day: SchoolDay) => boolean): readonly SchoolDay[] {
  const days = daysFrom(view.from, view.before).reverse();
  const stop = days.findIndex(breaks);
  return stop < 0 ? days : days.slice(0, stop);
}

function comebacks(view: View): number {
  const days = activeDays(view.past).filter((day) => day >= view.start);
  return days.filter((day, i) => {
    const last = days[i - 1];
    return last !== undefined && day >= view.from && schoolDays(view, last + 1, day).length >= 10;
  }).length;
}

function inClass(view: View) {
  const { classDays, members, joinedClassOn } = view.drawn;
  const starts = [
    ...classDays.map(({ day }) => day),
    ...members.map(({ joinedOn }) => joinedOn),
    view.before,
  ];
  const from = Math.max(view.from, joinedClassOn, Math.min(...starts));
  const isIn = ({ day }: { readonly day: SchoolDay }) => day >= from && day < view.before;
  const rows = classDays.filter(isIn);
  const own = view.past.filter((row) => row.classId === 1 && isIn(row));
  const memberDays = sum(
    daysFrom(from, view.before).flatMap((day) =>
      members
        .filter(({ joinedOn, leftOn }) => joinedOn <= day && (leftOn === null || day < leftOn))
        .map(({ learners }) => learners),
    ),
  );
  return { days: view.before - from, rows, own, memberDays };
}

function classActivityRatio(view: View): number {
  const { days, rows, own, memberDays } = inClass(view);
  return days > 0 ? ratio(events(own) / days, ratio(sum(rows.map(({ count }) => count)), memberDays)) : NaN;
}

function classScoreDifference(view: View): number {
  const { rows, own } = inClass(view);
  const mean = (list: readonly { readonly scoreSum: number; readonly scoreCount: number }[]) =>
    ratio(sum(list.map(({ scoreSum }) => scoreSum)), sum(list.map(({ scoreCount }) => scoreCount)));
  return mean(own) - mean(rows);
}

const naive: Readonly<Record<string, (view: View) => number>> = {
  events: (view) => events(within(view)),
  quantity: (view) => sumOf(activeRows(within(view)), ({ quantity }) => quantity),
  hours: (view) => recorded(view, (rows) => sumOf(activeRows(rows), ({ seconds }) => seconds)) / 3600,
  'days-since-active': (view) => view.before - 1 - (activeDays(view.past).at(-1) ?? NaN),
  'days-since-hand-in': (view) => view.before - 1 - (activeDays(ofKind(view.past, 'submit')).at(-1) ?? NaN),
  'days-known': (view) => view.before - view.start,
  'active-days': (view) => activeDays(within(view)).length,
  'school-day-share': (view) =>
    ratio(schoolDays(view).filter((day) => isActive(view, day)).length, schoolDays(view).length),
  'active-weeks': (view) => distinct(activeDays(within(view)).map(weekStart)).length,
  'weekday-entropy': (view) =>
    bits(daysFrom(0, 7).map((on) => activeDays(within(view)).filter((day) => weekday(day) === on).length)),
  'busiest-day-share': (view) => {
    const perDay = activeDays(within(view)).map((day) => events(within(view, day, day + 1)));
    return ratio(Math.max(...perDay), sum(perDay));
  },
  streak: (view) =>
    schoolDays(view).length === 0 ? NaN : (/A*$/.exec(schoolDayString(view))?.[0].length ?? NaN),
  'longest-streak': (view) => (schoolDays(view).length === 0 ? NaN : longest(schoolDayString(view), /A+/g)),
  'week-streak': (view) => weeksInARow(view, 1),
  'steady-week-streak': (view) => weeksInARow(view, 3),
  'weekly-slope': weeklySlope,
  'activity-change': (view) => ratio(pace(view, 0), pace(view, 1)),
  'presence-change': (view) => presence(view, 0) - presence(view, 1),
  acceleration: (view) => pace(view, 0) - pace(view, 1) - (pace(view, 1) - pace(view, 2)),
  'hand-ins': countOf('submit'),
  'late-share': (view) =>
    ratio(
      sumOf(within(view), ({ lateCount }) => lateCount),
      sumOf(within(view), ({ dueCount }) => dueCount),
    ),
  'lead-days': (view) =>
    ratio(
      sumOf(within(view), ({ leadDaysSum }) => leadDaysSum),
      sumOf(within(view), ({ dueCount }) => dueCount),
    ),
  'on-time-row': (view) => {
    const late = distinct(view.past.filter(({ lateCount }) => lateCount > 0).map(({ day }) => day));
    const row = rowBack(view, (day) => late.includes(day));
    const due = within(view).filter(({ dueCount }) => dueCount > 0);
    if (due.length === 0) return NaN;
    return sumOf(
      due.filter(({ day }) => row.includes(day)),
      ({ dueCount }) => dueCount,
    );
  },
  scores: (view) => sum(scores(view).map(({ weight }) => weight)),
  'mean-score': (view) => meanOf(scores(view)),
  'lowest-score': (view) =>
    scores(view).length === 0 ? NaN : Math.min(...scores(view).map(({ value }) => value)),
  'last-score': (view) => {
    const last = Math.max(...scores(view).map(({ day }) => day));
    return meanOf(scores(view).filter(({ day }) => day === last));
  },
  'score-slope': (view) => {
    const repeated = scores(view).flatMap(({ day, value, weight }) =>
      daysFrom(0, weight).map(() => [day - drawnFrom, value] as const),
    );
    return repeated.length < 3 ? NaN : line(repeated) * 7;
  },
  'best-gain': bestGain,
  'high-score-share': (view) =>
    ratio(
      sum(scores(view).map(({ value, weight }) => (value >= 85 ? weight : 0))),
      sum(scores(view).map(({ weight }) => weight)),
    ),
  kinds: (view) => distinct(activeRows(within(view)).map(({ kind }) => kind)).length,
  'kind-entropy': (view) =>
    bits([...Map.groupBy(activeRows(within(view)), ({ kind }) => kind).values()].map(events)),
  'class-activity-ratio': classActivityRatio,
  'class-score-difference': classScoreDifference,
  sessions: (view) => recorded(view, sessions),
  'sessions-per-day': (view) => ratio(sessions(within(view)), timedDays(within(view)).length),
  'night-share': (view) => {
    const halfHours = timedDays(within(view)).flatMap((slots) => [...slots.entries()].filter(([, is]) => is));
    const night = halfHours.filter(([slot]) => slot < 12 || slot >= 44);
    return ratio(night.length, halfHours.length);
  },
  'weekend-share': (view) => {
    const days = activeDays(within(view));
    return ratio(days.filter((day) => weekday(day) >= 5).length, days.length);
  },
  'longest-gap': (view) => (schoolDays(view).length === 0 ? NaN : longest(schoolDayString(view), /p+/g)),
  comebacks,
  helps: countOf('help'),
  posts: countOf('post'),
  'group-work': countOf('collaborate'),
  practices: countOf('practice'),
  'attendance-rate': (view) =>
    ratio(countOf('attend')(view), countOf('attend')(view) + countOf('absence')(view)),
  'attendance-row': (view) => {
    const lessons = within(view).filter(({ kind }) => kind === 'attend' || kind === 'absence');
    const absent = ofKind(lessons, 'absence').map(({ day }) => day);
    const row = rowBack(view, (day) => absent.includes(day));
    return lessons.length === 0 ? NaN : row.filter((day) => lessons.some((one) => one.day === day)).length;
  },
};
