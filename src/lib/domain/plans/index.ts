export {
  mostWeeks,
  type Plan,
  type PlanAnswer,
  type PlannedDeeds,
  type PlannedWeek,
  weeksFrom,
  type WhyNoPlan,
} from './plan.ts';
export { planFor } from './plan-for.ts';
export { type DeedProgress, planProgress, type PlanProgress, type WeekProgress } from './progress.ts';
export { type PlanStart } from './trial.ts';
