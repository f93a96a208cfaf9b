import type { DailyRollup } from '../activity/rollup.ts';
import type { SchoolDay } from '../activity/school-day.ts';
import { type CountedDeed, type DaySpan, deedsDone } from '../what-if/index.ts';
import type { Plan } from './plan.ts';

export interface DeedProgress {
  readonly deed: CountedDeed;
  readonly asked: number;
  readonly done: number;
}

export interface WeekProgress extends DaySpan {
  readonly when: 'past' | 'running' | 'ahead';
  readonly deeds: readonly DeedProgress[];
}

export interface PlanProgress {
  readonly weeks: readonly WeekProgress[];
  /** 0 to 1: how much of all that is asked is done; doing more of one thing does not stand in for another. */
  readonly share: number;
}

/** @param today the first day not known */
export function planProgress(plan: Plan, rollups: readonly DailyRollup[], today: SchoolDay): PlanProgress {
  const weeks = plan.weeks.map(({ from, before, deeds }): WeekProgress => {
    const done = deedsDone(rollups.filter(({ day }) => day >= from && day < Math.min(before, today)));
    const when = before <= today ? 'past' : from > today ? 'ahead' : 'running';
    const asked = Object.entries(deeds) as [CountedDeed, number][];
    return { from, before, when, deeds: asked.map(([deed, of]) => ({ deed, asked: of, done: done[deed] })) };
  });
  const all = weeks.flatMap(({ deeds }) => deeds);
  const asked = all.reduce((sum, one) => sum + one.asked, 0);
  const done = all.reduce((sum, one) => sum + Math.min(one.asked, one.done), 0);
  return { weeks, share: asked === 0 ? 1 : done / asked };
}
