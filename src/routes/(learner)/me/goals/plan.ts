import { formatSchoolDay } from '#lib/domain/activity/school-day.ts';
import type { DeedProgress, WeekProgress, WhyNoPlan } from '#lib/domain/plans/index.ts';
import type { PreviewedPlan } from '#lib/preview/preview.ts';

/** The way to a goal as the page shows it; days are written yyyy-mm-dd. */
export type PlanView =
  | { readonly kind: 'plan'; readonly weeks: readonly PlanWeek[]; readonly reachedOn: string }
  | { readonly kind: 'by-itself'; readonly on: string }
  | { readonly kind: 'none'; readonly why: WhyNoPlan };

export interface PlanWeek {
  readonly from: string;
  readonly when: WeekProgress['when'];
  readonly deeds: readonly DeedProgress[];
}

/** Null when the rule is met: then there is nothing left to plan. */
export function planView({ answer, progress }: PreviewedPlan): PlanView | null {
  if (answer.kind === 'met') return null;
  if (answer.kind === 'none') return answer;
  if (answer.kind === 'by-itself') return { kind: 'by-itself', on: formatSchoolDay(answer.on) };
  return {
    kind: 'plan',
    weeks: (progress?.weeks ?? []).map(({ from, when, deeds }) => ({
      from: formatSchoolDay(from),
      when,
      deeds,
    })),
    reachedOn: formatSchoolDay(answer.reachedOn),
  };
}
