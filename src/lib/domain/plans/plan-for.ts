import { boundsOf, type CountedDeed, type DaySpan, usualDeeds } from '../what-if/index.ts';
import { stepEffort, weekEffort } from './effort.ts';
import { mostWeeks, type PlanAnswer, type PlannedDeeds, type PlannedWeek, weeksFrom } from './plan.ts';
import { openTrial, type PlanStart, type Ruled, type Trial } from './trial.ts';
import { whyMissing } from './why.ts';

/** More weeks are tried until so many in a row made nothing easier. */
const triesWithoutGain = 2;

/**
 * The least effort, week by week, after which the badge's rule is met. For one week, two, … up to eight: begin with
 * something that reaches it (all one can, what one usually does, or first the one and then the other), drop whole kinds
 * of deeds, shrink what is left in proportion, then take single steps off, the dearest first, until each one left is
 * needed. Of those the plan with the least effort is chosen. All the while it must also work for a learner who goes on as
 * usual besides: nobody is told to stop. No single step can be spared; a cheaper plan of quite another kind may exist.
 */
export function planFor(badge: Ruled, start: PlanStart): PlanAnswer {
  const trial = openTrial(badge, start);
  const rest = weeksFrom(start.from, mostWeeks).map((span) => ({ ...span, deeds: {} }));
  const byItself = trial.metOn(rest);
  if (byItself !== null) return byItself < start.from ? { kind: 'met' } : { kind: 'by-itself', on: byItself };
  const weeks = rest.map((span) => roomOf(span, start));
  const found = cheapest(weeks, trial);
  if (found) return answerOf(found, trial);
  return { kind: 'none', why: whyMissing(trial.missing(mostOf(weeks))) };
}

/** A week with what can be done in it at most and what usually is. */
interface Room {
  readonly span: DaySpan;
  readonly most: PlannedDeeds;
  readonly usual: PlannedDeeds;
}

function roomOf(span: DaySpan, { situation }: PlanStart): Room {
  const bounds = boundsOf(situation, span).filter(({ deed }) => deed !== 'next-mark');
  const most = Object.fromEntries(bounds.map(({ deed, most: top }) => [deed, top]));
  return { span, most, usual: usualDeeds(situation, span) };
}

const mostOf = (rooms: readonly Room[]) => rooms.map(({ span, most }) => ({ ...span, deeds: most }));
const usualOf = (rooms: readonly Room[]) => rooms.map(({ span, usual }) => ({ ...span, deeds: usual }));

/** As usual, then all one can in the last `count` weeks: for rules that ask for a change. */
function lateStart(rooms: readonly Room[], count: number): PlannedWeek[] {
  return rooms.map(({ span, most, usual }, i) => ({
    ...span,
    deeds: i < rooms.length - count ? usual : most,
  }));
}

/** The plan's deeds, and no less of anything than usual. */
function besideUsual(weeks: readonly PlannedWeek[], rooms: readonly Room[]): PlannedWeek[] {
  return weeks.map((week, i) => {
    const { usual } = rooms[i];
    const kinds = Object.keys({ ...usual, ...week.deeds }) as CountedDeed[];
    const amounts = kinds.map((deed) => [deed, Math.max(usual[deed] ?? 0, week.deeds[deed] ?? 0)] as const);
    return { ...week, deeds: Object.fromEntries(amounts) };
  });
}

function cheapest(all: readonly Room[], trial: Trial): PlannedWeek[] | null {
  let best: { readonly weeks: PlannedWeek[]; readonly effort: number } | null = null;
  let triesLeft = triesWithoutGain;
  for (let count = 1; count <= all.length && triesLeft > 0; count++) {
    const rooms = all.slice(0, count);
    const works = (weeks: readonly PlannedWeek[]) =>
      trial.metOn(weeks) !== null && trial.metOn(besideUsual(weeks, rooms)) !== null;
    const begun = beginnings(rooms).find(works);
    if (!begun) continue;
    const weeks = shrunk(begun, rooms, works);
    const effort = effortOf(weeks, rooms);
    if (best && effort >= best.effort) triesLeft--;
    else [best, triesLeft] = [{ weeks, effort }, triesWithoutGain];
  }
  return best?.weeks ?? null;
}

function beginnings(rooms: readonly Room[]): PlannedWeek[][] {
  return [mostOf(rooms), usualOf(rooms), lateStart(rooms, 1), lateStart(rooms, 2)];
}

/** Whether weeks reach the badge, alone and beside what is usual. */
type Works = (weeks: readonly PlannedWeek[]) => boolean;

function effortOf(weeks: readonly PlannedWeek[], rooms: readonly Room[]): number {
  return weeks.reduce((sum, { deeds }, i) => sum + weekEffort(deeds, rooms[i].usual), 0);
}

function shrunk(weeks: PlannedWeek[], rooms: readonly Room[], works: Works): PlannedWeek[] {
  const fewerKinds = withoutNeedlessKinds(weeks, rooms, works);
  return withoutNeedlessSteps(inProportion(fewerKinds, works), rooms, works);
}

/** The dearest kinds go first. */
function withoutNeedlessKinds(weeks: PlannedWeek[], rooms: readonly Room[], works: Works): PlannedWeek[] {
  const effortOfKind = (deed: CountedDeed) =>
    effortOf(
      changed(weeks, (kind, amount) => (kind === deed ? amount : 0)),
      rooms,
    );
  const kinds = [...new Set(weeks.flatMap(({ deeds }) => Object.keys(deeds) as CountedDeed[]))];
  let left = weeks;
  for (const deed of kinds.toSorted((a, b) => effortOfKind(b) - effortOfKind(a))) {
    const without = changed(left, (kind, amount) => (kind === deed ? 0 : amount));
    if (works(without)) left = without;
  }
  return left;
}

const parts = 16;

/** The smallest number of sixteenths of everything, rounded up, that still reaches the badge, by halving. */
function inProportion(weeks: PlannedWeek[], works: Works): PlannedWeek[] {
  const scaled = (share: number) => changed(weeks, (_, amount) => Math.ceil((amount * share) / parts));
  let [enough, tooLittle] = [parts, 0];
  while (enough - tooLittle > 1) {
    const middle = (enough + tooLittle) >> 1;
    if (works(scaled(middle))) enough = middle;
    else tooLittle = middle;
  }
  return scaled(enough);
}

/** Until no single step can be spared: what is dearest first, in later weeks before earlier ones. */
function withoutNeedlessSteps(weeks: PlannedWeek[], rooms: readonly Room[], works: Works): PlannedWeek[] {
  for (let left = weeks; ;) {
    const fewer = stepsIn(left, rooms)
      .map(({ week, deed }) => oneLess(left, week, deed))
      .find(works);
    if (!fewer) return left;
    left = fewer;
  }
}

function stepsIn(
  weeks: readonly PlannedWeek[],
  rooms: readonly Room[],
): { readonly week: number; readonly deed: CountedDeed }[] {
  return weeks
    .flatMap(({ deeds }, week) =>
      (Object.entries(deeds) as [CountedDeed, number][])
        .filter(([, amount]) => amount > 0)
        .map(([deed, amount]) => ({ week, deed, effort: stepEffort(deed, amount, rooms[week].usual) })),
    )
    .toSorted((a, b) => b.effort - a.effort || b.week - a.week);
}

function oneLess(weeks: readonly PlannedWeek[], week: number, deed: CountedDeed): PlannedWeek[] {
  return weeks.map((one, i) =>
    i === week ? { ...one, deeds: { ...one.deeds, [deed]: (one.deeds[deed] ?? 0) - 1 } } : one,
  );
}

/** Every amount anew; what comes out as 0 is no longer named. */
function changed(
  weeks: readonly PlannedWeek[],
  amountOf: (deed: CountedDeed, amount: number) => number,
): PlannedWeek[] {
  return weeks.map((week) => ({ ...week, deeds: named(week.deeds, amountOf) }));
}

function named(deeds: PlannedDeeds, amountOf: (deed: CountedDeed, amount: number) => number): PlannedDeeds {
  const all = (Object.entries(deeds) as [CountedDeed, number][]).map(
    ([deed, amount]) => [deed, amountOf(deed, amount)] as const,
  );
  return Object.fromEntries(all.filter(([, amount]) => amount > 0));
}

function answerOf(weeks: readonly PlannedWeek[], trial: Trial): PlanAnswer {
  const reachedOn = trial.metOn(weeks);
  const by = weeks.at(-1)?.before;
  if (reachedOn === null || by === undefined) throw new Error('plan: expected one that reaches the badge');
  const clean = changed(weeks, (_, amount) => amount);
  const last = clean.findLastIndex(({ deeds }) => Object.keys(deeds).length > 0);
  return { kind: 'plan', weeks: clean.slice(0, last + 1), reachedOn, by };
}
