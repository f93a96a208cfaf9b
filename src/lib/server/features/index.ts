export { loadCalendar, readCalendarSpans } from './calendar.ts';
export {
  loadLearner,
  loadLearners,
  loadSnapshots,
  type MeasureOptions,
  type Measurement,
  type Snapshots,
} from './measurement.ts';
export { readPeople } from './people.ts';
export { readRollups } from './rollups.ts';
export { saveFeatures } from './save-features.ts';
