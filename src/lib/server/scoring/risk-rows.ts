import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { loadLearner, loadLearners, type Measurement } from '#lib/server/features/index.ts';
import type { Champion } from '#lib/server/models/registry.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { atRiskRow } from '#lib/server/training/tasks/at-risk-inputs.ts';
import { readsWeeks, weekValues } from '#lib/server/training/tasks/at-risk-weeks.ts';
import { type Membership, readPlaces } from '#lib/server/training/tasks/class-places.ts';

/** What at-risk reads of a learner in one of their classes. */
export interface RiskRow {
  readonly classId: number;
  /** Measured from the days before this one. */
  readonly before: SchoolDay;
  readonly values: Float64Array;
}

/** The rows of one learner, one for each class they are in on the day before `before`. */
export async function riskRowsOf(
  scope: SchoolScope,
  champion: Champion,
  learnerId: number,
  before: SchoolDay,
): Promise<readonly RiskRow[]> {
  const places = currentPlaces(await readPlaces(scope, learnerId), before);
  const rows: RiskRow[] = [];
  for (const place of places) {
    const { classId } = place;
    const measured = await loadLearner(scope, learnerId, before, { classId });
    rows.push({ classId, before, values: rowFor(champion, measured, place) });
  }
  return rows;
}

/** The same for everyone, by learner; read class by class instead of learner by learner. */
export async function riskRowsOfAll(
  scope: SchoolScope,
  champion: Champion,
  before: SchoolDay,
): Promise<ReadonlyMap<number, readonly RiskRow[]>> {
  const byClass = Map.groupBy(currentPlaces(await readPlaces(scope), before), ({ classId }) => classId);
  const rows = new Map<number, RiskRow[]>();
  for (const [classId, places] of byClass) {
    const placeOf = new Map(places.map((place) => [place.learnerId, place]));
    for await (const measured of loadLearners(scope, [...placeOf.keys()], before, { classId })) {
      const place = placeOf.get(measured.learnerId);
      if (!place) continue;
      const row = { classId, before, values: rowFor(champion, measured, place) };
      const known = rows.get(measured.learnerId);
      if (known) known.push(row);
      else rows.set(measured.learnerId, [row]);
    }
  }
  return rows;
}

/** In the order of the champion's columns: those of the weeks stand last, and only a stack with a network reads them. */
function rowFor({ model }: Champion, measured: Measurement, place: Membership): Float64Array {
  const own = atRiskRow(measured, place, model.facts.background ?? []);
  if (!readsWeeks(model.columns)) return own;
  return Float64Array.from([...own, ...weekValues(measured.history, place, measured.before)]);
}

function currentPlaces(places: readonly Membership[], before: SchoolDay): Membership[] {
  const today = before - 1;
  return places.filter(
    ({ joinedOn, leftOn, startsOn, endsOn, outcome }) =>
      outcome === null &&
      Math.max(joinedOn, startsOn) <= today &&
      endsOn >= today &&
      (leftOn === null || leftOn > today),
  );
}
