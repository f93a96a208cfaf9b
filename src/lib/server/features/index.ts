export { loadCalendar, readCalendarSpans } from './calendar.ts';
export {
  loadLearner,
  loadLearnerDays,
  loadLearners,
  loadSnapshots,
  type MeasuredDays,
  type MeasureOptions,
  type Measurement,
  type Snapshots,
} from './measurement.ts';
export { readPeople } from './people.ts';
export { readRollups } from './rollups.ts';
export { saveFeatures } from './save-features.ts';
