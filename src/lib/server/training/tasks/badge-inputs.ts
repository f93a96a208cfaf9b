import {
  type Badge,
  badgeFamilies,
  evaluateCriterion,
  historyProbe,
  type Probe,
  rarities,
} from '#lib/domain/badges/index.ts';
import { featureCatalogue } from '#lib/domain/features/index.ts';
import { horizonDays } from '../snapshot-days.ts';
import type { Measured } from './engagement.ts';

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

/** Where the badge's own rate stands: known only once all rows are. */
export const badgeRateColumn = badgeColumns.indexOf('badge-rate');

/** @param held how many badges the learner holds @param rate how often the badge is earned within the horizon */
export function badgeRow(
  learner: Measured,
  badge: Badge,
  holds: Probe['holds'],
  held: number,
  rate: number,
): Float64Array {
  const { history, context, before, values } = learner;
  const probe = historyProbe(history, context, holds);
  const outcome = evaluateCriterion(badge.criterion, probe, before);
  const earlier = before - horizonDays;
  const past = earlier > history.from ? evaluateCriterion(badge.criterion, probe, earlier).progress : NaN;
  return Float64Array.from([
    ...values,
    context.calendar.countSchoolDays(before, before + horizonDays),
    held,
    rate,
    outcome.progress,
    outcome.progress - past,
    outcome.missing.length,
    rarities.indexOf(badge.rarity),
    badge.tier,
    badge.effortDays,
    ...badgeFamilies.map((family) => Number(family === badge.family)),
  ]);
}
