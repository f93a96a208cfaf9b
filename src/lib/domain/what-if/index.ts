export { boundsOf, mostPerDay, type Situation, usualDeeds } from './bounds.ts';
export { type DaySpan } from './day-order.ts';
export {
  checkDeeds,
  chosenDeeds,
  type CountedDeed,
  type Deed,
  type DeedBound,
  deedKinds,
  type Deeds,
} from './deeds.ts';
export { type FrozenMeasure, frozenWanted, isFrozen, probeWithFrozen } from './frozen.ts';
export { futureRollups } from './future.ts';
export { deedsDone, type Habits, habitsOf } from './habits.ts';
