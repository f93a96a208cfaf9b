export { type CalendarSpan, type SchoolCalendar, schoolCalendar } from './calendar.ts';
export {
  catalogueVersion,
  checkMeasure,
  featureCatalogue,
  featureName,
  measure,
  measureAll,
  measureInfo,
  measures,
  windowWords,
} from './catalogue.ts';
export { buildClassHistory, type ClassDay, type ClassHistory, type ClassMembers } from './class-history.ts';
export type {
  Bilingual,
  Feature,
  FeatureFamily,
  FeatureVector,
  MeasureInfo,
  Unit,
  WindowRule,
} from './feature.ts';
export {
  buildHistory,
  extendHistory,
  highScore,
  type HistorySpan,
  type LearnerHistory,
  recordsBefore,
} from './history.ts';
export type { MeasureContext } from './look.ts';
