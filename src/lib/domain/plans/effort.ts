import type { CountedDeed } from '../what-if/index.ts';
import type { PlannedDeeds } from './plan.ts';

/** How much one of each asks of a learner, beside one exercise. */
const effortOf: Readonly<Record<CountedDeed, number>> = {
  'hand-ins': 3,
  'study-days': 2,
  practices: 1,
  helps: 1,
  posts: 1,
  lessons: 1,
};

/** The effort of a week. What goes beyond the learner's usual week counts twice, so that plans spread what is new. */
export function weekEffort(deeds: PlannedDeeds, usual: PlannedDeeds): number {
  let effort = 0;
  for (const deed of Object.keys(deeds) as CountedDeed[]) {
    const amount = deeds[deed] ?? 0;
    effort += effortOf[deed] * (amount + Math.max(0, amount - (usual[deed] ?? 0)));
  }
  return effort;
}

/** What taking one off saves. */
export function stepEffort(deed: CountedDeed, amount: number, usual: PlannedDeeds): number {
  return effortOf[deed] * (amount > (usual[deed] ?? 0) ? 2 : 1);
}
