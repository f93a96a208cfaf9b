/**
 * Measures that cannot rise above 0, nor any further, on a day without a record of the learner: the window only
 * moves on and loses days. Rules that ask for more of these need no look on quiet days. A test holds each to it.
 */
export const risesOnlyByRecords: ReadonlySet<string> = new Set([
  'events',
  'quantity',
  'hours',
  'practices',
  'active-days',
  'active-weeks',
  'streak',
  'longest-streak',
  'week-streak',
  'steady-week-streak',
  'hand-ins',
  'on-time-row',
  'scores',
  'last-score',
  'best-gain',
  'kinds',
  'sessions',
  'comebacks',
  'helps',
  'posts',
  'group-work',
  'attendance-row',
]);
