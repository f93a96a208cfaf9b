import { parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { whatIfWords } from '#lib/i18n/learner-what-if.ts';
import { whatIfProblems } from '#lib/i18n/learner-what-if-problems.ts';
import type { PreviewData } from '#lib/preview/data.ts';
import type { Preview } from '#lib/preview/preview.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { GoalView } from '#lib/server/stories/learner-goals.ts';
import type { LearnerReading } from '#lib/server/stories/learner-reading.ts';
import { previewOf } from '#lib/server/stories/preview-data.ts';
import { type PlanView, planView } from './goals/plan.ts';
import { type Problem, readChoice } from './what-if/choice.ts';
import { type Outlook, outlookOf } from './what-if/outlook.ts';

/** What may come, as the server reckons it, by the same code as the learner's own device. */
export interface Ahead {
  /** The what-if panel: as usual, or as the address asks. */
  readonly outlook: Outlook;
  /** What is wrong with what the address asks, one sentence each. */
  readonly problems: readonly string[];
  /** The ways to the goals, by badge. */
  readonly plans: Readonly<Record<string, PlanView | null>>;
}

export async function lookAhead(
  scope: SchoolScope,
  reading: LearnerReading,
  goals: readonly GoalView[],
  asked: URLSearchParams,
): Promise<Ahead> {
  const { locale } = reading;
  const { data, preview } = await previewOf(scope, reading);
  const choice = readChoice(asked, preview);
  return {
    outlook: outlookOf(data, preview, choice, locale),
    problems: choice.problems.map((problem) => inWords(problem, locale)),
    plans: plansFor(goals, data, preview),
  };
}

/** Goals that cannot be earned at the moment have no plan. */
function plansFor(goals: readonly GoalView[], { badges }: PreviewData, preview: Preview): Ahead['plans'] {
  const open = new Set(badges.map(({ id }) => id));
  return Object.fromEntries(
    goals
      .filter(({ badge }) => open.has(badge.id))
      .map(({ badge, wantedOn }) => [badge.id, planView(preview.plan(badge.id, parseSchoolDay(wantedOn)))]),
  );
}

function inWords(problem: Problem, locale: Locale): string {
  const t = whatIfProblems[locale];
  const { deeds } = whatIfWords[locale];
  if (problem.kind === 'time') return t.notATime(problem.value);
  if (problem.kind === 'not possible') return t.notOffered(deeds[problem.deed]);
  const { deed, least, most } = problem.bound;
  return t.outOfBounds(deeds[deed], least, most, problem.value);
}
