import type { SchoolDay } from '../activity/school-day.ts';
import { featureCatalogue, type LearnerHistory, type MeasureContext } from '../features/index.ts';
import { type Badge, badgeFamilies, rarities } from './badge.ts';
import { evaluateCriterion, type Outcome, type Probe } from './evaluate.ts';
import { historyProbe } from './retroactive.ts';

/** How far a chance looks ahead. */
export const horizonDays = 28;

/** A learner as of a day; the history may go on beyond it, the row does not. */
export interface Measured {
  readonly history: LearnerHistory;
  readonly context: MeasureContext;
  readonly before: SchoolDay;
  /** In the order of the feature catalogue; NaN where not measured. */
  readonly values: Float64Array;
}

/** What badge-chance reads of a learner and of one badge the learner does not hold. */
export const badgeColumns: readonly string[] = [
  ...featureCatalogue.map(({ id }) => id),
  'school-days-ahead',
  'badges-held',
  'badge-rate',
  'badge-progress',
  'badge-progress-gained',
  'badge-missing',
  'badge-rarity',
  'badge-tier',
  'badge-effort-days',
  ...badgeFamilies.map((family) => `badge-family-${family}`),
];

/** Where the badge's own rate stands: known only once all rows are. The columns before it are the learner's. */
export const badgeRateColumn = badgeColumns.indexOf('badge-rate');

/** @param held how many badges the learner holds @param rate how often the badge is earned within the horizon */
export function badgeRow(
  learner: Measured,
  badge: Badge,
  holds: Probe['holds'],
  held: number,
  rate: number,
): Float64Array {
  const { history, context, before } = learner;
  const probe = historyProbe(history, context, holds);
  const outcome = evaluateCriterion(badge.criterion, probe, before);
  const earlier = before - horizonDays;
  const past = earlier > history.from ? evaluateCriterion(badge.criterion, probe, earlier).progress : NaN;
  const row = new Float64Array(badgeColumns.length);
  writeLearnerColumns(row, learner, held);
  writeBadgeColumns(row, badgeRateColumn, badge, { rate, outcome, past });
  return row;
}

/** Fills the first `badgeRateColumn` places of `row`: what all badges of a learner share. */
export function writeLearnerColumns(
  row: Float64Array,
  { context, before, values }: Omit<Measured, 'history'>,
  held: number,
): void {
  row.set(values);
  row[values.length] = context.calendar.countSchoolDays(before, before + horizonDays);
  row[values.length + 1] = held;
}

/** How a badge stands on the day a row is about. */
export interface BadgeStanding {
  /** How often the badge is earned within the horizon; NaN when unknown. */
  readonly rate: number;
  readonly outcome: Pick<Outcome, 'progress' | 'missing'>;
  /** The progress one horizon before; NaN when the learner was not there yet. */
  readonly past: number;
}

/** Writes what a row says of the badge itself into `row`, from place `at` on. */
export function writeBadgeColumns(
  row: Float64Array,
  at: number,
  badge: Pick<Badge, 'rarity' | 'tier' | 'effortDays' | 'family'>,
  { rate, outcome, past }: BadgeStanding,
): void {
  row[at] = rate;
  row[at + 1] = outcome.progress;
  row[at + 2] = outcome.progress - past;
  row[at + 3] = outcome.missing.length;
  row[at + 4] = rarities.indexOf(badge.rarity);
  row[at + 5] = badge.tier;
  row[at + 6] = badge.effortDays;
  for (let i = 0; i < badgeFamilies.length; i++) row[at + 7 + i] = Number(badgeFamilies[i] === badge.family);
}
