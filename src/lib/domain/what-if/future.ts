import { addToRollups } from '../activity/fold.ts';
import type { DailyRollup } from '../activity/rollup.ts';
import type { SchoolDay } from '../activity/school-day.ts';
import { boundsOf, mostPerDay, type Situation } from './bounds.ts';
import { dayOrder, type DayOrder, type DaySpan } from './day-order.ts';
import { checkDeeds, type Deeds } from './deeds.ts';
import { pieceOf, type UsualPart } from './habits.ts';

/**
 * The days to come as the learner's own rollups would tell them, were exactly these deeds done in them. Nothing lies
 * outside the span. One more of a deed only ever adds: what was placed without it stays where it was, save that
 * practices, helps and posts move onto the study days as those grow.
 * @throws RangeError for deeds beyond the bounds
 */
export function futureRollups(situation: Situation, deeds: Deeds, span: DaySpan): DailyRollup[] {
  checkDeeds(deeds, boundsOf(situation, span));
  const { habits } = situation;
  const order = dayOrder(span, situation.calendar);
  const made = new Map<string, DailyRollup>();
  const add = (day: SchoolDay, part: UsualPart, more: Partial<DailyRollup> = {}) =>
    addToRollups(made, rollup(day, part, habits.slots, more));
  const studyDays = deeds['study-days'] ?? 0;
  for (const day of order.days.slice(0, studyDays)) for (const part of habits.session) add(day, part);
  for (const { day, due } of handIns(situation, deeds['hand-ins'] ?? 0, span, order)) {
    const dueCount = due === null ? Number(habits.hasDeadlines) : 1;
    const leadDaysSum = due === null ? dueCount * habits.leadDays : due - day;
    add(day, pieceOf(habits, 'submit'), { dueCount, leadDaysSum });
  }
  for (const [deed, kind] of extras) {
    for (const day of placesOf(deeds[deed] ?? 0, studyDays, mostPerDay[deed], order))
      add(day, pieceOf(habits, kind));
  }
  for (let i = 0; i < (deeds.lessons ?? 0); i++)
    add(order.days[Math.floor(i / habits.lessonsPerDay)], pieceOf(habits, 'attend'));
  const mark = deeds['next-mark'];
  if (mark !== undefined) addToRollups(made, markOn(lastSchoolDay(order, span), mark));
  return [...made.values()].sort((a, b) => a.day - b.day || (a.kind < b.kind ? -1 : 1));
}

const extras = [
  ['practices', 'practice'],
  ['helps', 'help'],
  ['posts', 'post'],
] as const;

/** Round and round the study days, so many each; what finds no room there goes to further days, filled one by one. */
function placesOf(count: number, studyDays: number, perDay: number, { days }: DayOrder): SchoolDay[] {
  const onStudyDays = studyDays * perDay;
  return Array.from({ length: count }, (_, i) =>
    i < onStudyDays ? days[i % studyDays] : days[studyDays + Math.floor((i - onStudyDays) / perDay)],
  );
}

/** The work due first is handed in first, as early as this learner usually is. Without due dates, spread evenly. */
function handIns(
  { due, habits }: Situation,
  count: number,
  { from, before }: DaySpan,
  { days }: DayOrder,
): { readonly day: SchoolDay; readonly due: SchoolDay | null }[] {
  if (due === null)
    return Array.from({ length: count }, (_, i) => ({ day: days[i % days.length], due: null }));
  return due
    .filter((day) => day >= from && day < before)
    .slice(0, count)
    .map((day) => ({ day: Math.max(from, day - habits.leadDays), due: day }));
}

function lastSchoolDay({ days, schoolDays }: DayOrder, { before }: DaySpan): SchoolDay {
  return schoolDays > 0 ? Math.max(...days.slice(0, schoolDays)) : before - 1;
}

function markOn(day: SchoolDay, mark: number): DailyRollup {
  const grade: UsualPart = { kind: 'grade', count: 1, quantity: 1, seconds: 0 };
  return rollup(day, grade, 0, { scoreSum: mark, scoreCount: 1 });
}

/** Of no learner and no class: these days never leave the what-if. */
function rollup(day: SchoolDay, part: UsualPart, slots: number, more: Partial<DailyRollup>): DailyRollup {
  return {
    learnerId: 0,
    classId: 0,
    day,
    ...part,
    scoreSum: 0,
    scoreCount: 0,
    dueCount: 0,
    lateCount: 0,
    leadDaysSum: 0,
    slots,
    ...more,
  };
}
