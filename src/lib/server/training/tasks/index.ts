import type { TaskName } from '#lib/server/models/task-model.ts';
import type { Task } from '../task.ts';
import { atRisk } from './at-risk.ts';
import { badgeChance } from './badge-chance.ts';
import { engagementLevel } from './engagement-level.ts';

/** Every model task, in the order in which `merito train` takes them. */
export const tasks: readonly Task[] = [engagementLevel, badgeChance, atRisk];

/** @throws RangeError when there is no such task */
export function taskNamed(name: string): Task & { readonly name: TaskName } {
  const found = tasks.find((task) => task.name === name);
  if (found) return found;
  throw new RangeError(
    `task: expected one of ${tasks.map((task) => task.name).join(', ')}, got ${JSON.stringify(name)}`,
  );
}
