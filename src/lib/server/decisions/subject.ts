import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { type DayQuality, dayQualities } from '#lib/domain/decisions/day-quality.ts';
import type { Measurement } from '../features/index.ts';
import { readRollups } from '../features/rollups.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { loadEvidenceEvents } from './evidence-events.ts';
import type { Subject } from './weigh.ts';

/** One learner whose raw evidence is read only when a rule is met, and only the days that it needs. */
export function subjectOf(scope: SchoolScope, measurement: Measurement, timeZone: string): Subject {
  const { learnerId, history, context } = measurement;
  let known: { from: SchoolDay; days: readonly DayQuality[] } | null = null;
  return {
    history,
    context,
    timeZone,
    qualities: async (from, before) => {
      if (!known || from < known.from) {
        const events = await loadEvidenceEvents(scope, [learnerId], from, history.before);
        known = { from, days: dayQualities(events.get(learnerId) ?? []) };
      }
      return known.days.filter(({ day }) => day >= from && day < before);
    },
    rollups: async () =>
      (await readRollups(scope, [learnerId], history.before, undefined)).get(learnerId) ?? [],
  };
}
