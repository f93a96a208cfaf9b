import { formatSchoolDay, type SchoolDay, weekStart } from '#lib/domain/activity/school-day.ts';
import {
  badgeColumns,
  badgeRateColumn,
  writeBadgeColumns,
  writeLearnerColumns,
} from '#lib/domain/badges/chance-inputs.ts';
import { nextTiers } from '#lib/domain/badges/promise.ts';
import { planFor, planProgress } from '#lib/domain/plans/index.ts';
import { boundsOf, chosenDeeds, type Deeds, usualDeeds } from '#lib/domain/what-if/index.ts';
import { openStudent, type StudentScorer } from '#lib/ml/distil/scorer.ts';
import type { Student } from '#lib/ml/distil/student.ts';
import { exactShapley } from '#lib/ml/explain/exact-shapley.ts';
import { checkPreviewData, type PreviewBadge, type PreviewData } from './data.ts';
import { type Foresight, openForesight, type Prospect } from './foresight.ts';
import type { DeedShare, Preview, PreviewedBadge, PreviewedPlan, PreviewReason } from './preview.ts';
import { openRanker, ownColumns, type Ranker } from './ranker.ts';
import { type ExplainRow, prepareReasons } from './reasons.ts';

/** How far ahead one may look: eight weeks. */
const mostDaysAhead = 56;

/** Answers kept for `shares`, which asks about every combination of up to seven deeds. */
const mostKept = 256;

/** All that one preview works with. */
interface Desk {
  readonly foresight: Foresight;
  readonly horizon: SchoolDay;
  /** All that are open. */
  readonly badges: readonly PreviewBadge[];
  readonly shown: readonly PreviewBadge[];
  readonly ranker: Ranker;
  readonly hasModel: boolean;
  readonly explain: ExplainRow | null;
  /** Chances (without a model: progress) by what was supposed, one a badge shown. */
  readonly kept: Map<string, Float64Array>;
}

/**
 * Opens a learner's preview: everything it answers is computed here from `data`, by the very code that the server runs.
 * @param student the small model that `data.model` names; null without one
 * @param scorer what counts with it: typed arrays unless told
 * @throws TypeError for data or a model of another version
 */
export function openPreview(
  data: PreviewData,
  student: Student | null,
  scorer: StudentScorer | null = student && openStudent(student),
): Preview {
  checkPreviewData(data);
  if (student) checkColumns(student);
  const desk = deskOf(data, student, scorer);
  const { foresight, horizon } = desk;
  const { today, situation } = foresight;
  const spanTo = (until: SchoolDay) => ({ from: today, before: checkUntil(until, today, horizon) });
  return {
    today,
    horizon,
    bounds: (until) => boundsOf(situation(), spanTo(until)),
    usual: (until) => usualDeeds(situation(), spanTo(until)),
    now: () => rank(desk, {}, today),
    rank: (deeds, until) => rank(desk, deeds, spanTo(until).before),
    reasons: (badgeId, deeds, until) => reasons(desk, badgeId, deeds, spanTo(until).before),
    plan: (badgeId, since = today) => plan(desk, badgeId, since),
    shares: (badgeId, deeds, until) => atOnce(sharesByTurns(desk, badgeId, deeds, spanTo(until).before)),
    sharesByTurns: (badgeId, deeds, until) => sharesByTurns(desk, badgeId, deeds, spanTo(until).before),
  };
}

function checkColumns({ inputs, shared }: Student): void {
  const isSame = inputs.length === badgeColumns.length && shared === badgeRateColumn;
  if (isSame && inputs.every(({ column }, i) => column === badgeColumns[i])) return;
  throw new TypeError(
    `student: expected the ${badgeColumns.length} columns of badge-chance, got ${inputs.length} others`,
  );
}

function checkUntil(until: SchoolDay, today: SchoolDay, horizon: SchoolDay): SchoolDay {
  if (Number.isInteger(until) && until >= today && until <= horizon) return until;
  throw new RangeError(
    `until: expected a day from ${formatSchoolDay(today)} to ${formatSchoolDay(horizon)}, got ${until}`,
  );
}

function deskOf(data: PreviewData, student: Student | null, scorer: StudentScorer | null): Desk {
  const horizon = data.before + mostDaysAhead;
  const shown = nextTiers(data.badges);
  return {
    foresight: openForesight(data, shown, horizon),
    horizon,
    badges: data.badges,
    shown,
    ranker: openRanker(shown, scorer),
    hasModel: student !== null,
    explain: student && prepareReasons(student),
    kept: new Map(),
  };
}

function rank(desk: Desk, deeds: Deeds, until: SchoolDay): PreviewedBadge[] {
  const prospect = desk.foresight.look(deeds, until);
  const { shown, ranker, hasModel } = desk;
  fill(desk, prospect);
  const order = ranker.rank();
  keep(desk, keyOf(deeds, until));
  return Array.from(order, (at) => {
    const { met, progress, missing } = prospect.outcomes[at];
    return {
      badgeId: shown[at].id,
      chance: hasModel ? ranker.chances[at] : null,
      isMet: met,
      progress,
      missing,
    };
  });
}

/** Writes what the prospect says into the ranker. */
function fill({ shown, ranker, foresight }: Desk, { before, values, outcomes, pasts, held }: Prospect): void {
  const context = { calendar: foresight.calendar, classHistory: null };
  writeLearnerColumns(ranker.learner, { context, before, values }, held);
  for (let at = 0; at < shown.length; at++) {
    const outcome = outcomes[at];
    const standing = { rate: shown[at].rate ?? NaN, outcome, past: pasts[at] };
    writeBadgeColumns(ranker.rows, at * ownColumns, shown[at], standing);
    ranker.progress[at] = outcome.progress;
    ranker.isMet[at] = Number(outcome.met);
  }
}

function keep({ kept, ranker, hasModel }: Desk, key: string): Float64Array {
  if (kept.size >= mostKept) kept.clear();
  const answers = (hasModel ? ranker.chances : ranker.progress).slice();
  kept.set(key, answers);
  return answers;
}

function keyOf(deeds: Deeds, until: SchoolDay): string {
  return [until, ...chosenDeeds(deeds).map((deed) => `${deed}=${deeds[deed]}`)].join(' ');
}

function placeOf({ shown }: Desk, badgeId: string): number {
  const at = shown.findIndex(({ id }) => id === badgeId);
  if (at < 0) throw new RangeError(`badge: expected one of the ranking, got ${JSON.stringify(badgeId)}`);
  return at;
}

function reasons(desk: Desk, badgeId: string, deeds: Deeds, until: SchoolDay): PreviewReason[] {
  const { ranker, explain } = desk;
  const at = placeOf(desk, badgeId);
  if (!explain) return [];
  fill(desk, desk.foresight.look(deeds, until));
  // Met: no model is asked, so there is nothing to explain.
  if (ranker.isMet[at] === 1) return [];
  return explain(ranker.learner, ranker.rows.subarray(at * ownColumns, (at + 1) * ownColumns));
}

function plan({ foresight, badges }: Desk, badgeId: string, since: SchoolDay): PreviewedPlan {
  const badge = badges.find(({ id }) => id === badgeId);
  if (!badge) throw new RangeError(`badge: expected one that is open, got ${JSON.stringify(badgeId)}`);
  const { today } = foresight;
  const start = foresight.startOn(Math.min(today, Math.max(since, weekStart(today - 1))));
  const answer = planFor(badge, start);
  return { answer, progress: answer.kind === 'plan' ? planProgress(answer, start.rollups, today) : null };
}

function* sharesByTurns(
  desk: Desk,
  badgeId: string,
  deeds: Deeds,
  until: SchoolDay,
): Generator<void, readonly DeedShare[]> {
  const at = placeOf(desk, badgeId);
  const chosen = chosenDeeds(deeds);
  const worths = new Float64Array(2 ** chosen.length);
  for (let coalition = 0; coalition < worths.length; coalition++) {
    const some = chosen.filter((_, i) => ((coalition >> i) & 1) === 1);
    const supposed: Deeds = Object.fromEntries(some.map((deed) => [deed, deeds[deed]]));
    worths[coalition] = answersTo(desk, supposed, until)[at];
    yield;
  }
  const effects = exactShapley(chosen.length, worths);
  return chosen
    .map((deed, i) => ({ deed, effect: effects[i] }))
    .toSorted((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
}

/** What a generator returns, without the pauses. */
function atOnce<T>(turns: Generator<void, T>): T {
  for (;;) {
    const turn = turns.next();
    if (turn.done) return turn.value;
  }
}

function answersTo(desk: Desk, deeds: Deeds, until: SchoolDay): Float64Array {
  const key = keyOf(deeds, until);
  const known = desk.kept.get(key);
  if (known) return known;
  fill(desk, desk.foresight.look(deeds, until));
  desk.ranker.rank();
  return keep(desk, key);
}
