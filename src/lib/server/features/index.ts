export { loadCalendar } from './calendar.ts';
export {
  loadLearner,
  loadLearners,
  loadSnapshots,
  type MeasureOptions,
  type Measurement,
  type Snapshots,
} from './measurement.ts';
export { saveFeatures } from './save-features.ts';
