import { activeDaysOf } from './regularity.ts';
import { longestRun } from './streaks.ts';
import { type Look, lookBack, type Measure } from '../look.ts';
import { anyPast } from './windows.ts';

/** Two weeks of school: the holidays make no pause. */
export const pauseSchoolDays = 10;

export const gapMeasures: readonly Measure[] = [
  {
    id: 'longest-gap',
    family: 'gap',
    unit: 'days',
    name: { it: 'Pausa più lunga', en: 'Longest break' },
    description: {
      it: 'Il maggior numero di giorni di scuola di fila senza alcuna attività; le vacanze non contano.',
      en: 'The most school days in a row without any activity; holidays do not count.',
    },
    good: 'low',
    ...anyPast,
    compute: (look) => longestRun(look, false),
  },
  {
    id: 'comebacks',
    family: 'gap',
    unit: 'events',
    name: { it: 'Ritorni', en: 'Comebacks' },
    description: {
      it: `Quante volte hai ripreso dopo almeno due settimane di scuola (${pauseSchoolDays} giorni) senza attività.`,
      en: `How many times you started again after at least two school weeks (${pauseSchoolDays} days) without activity.`,
    },
    good: 'high',
    ...anyPast,
    compute: comebacks,
  },
];

/** The return must lie in the window; the pause may have begun before it. */
function comebacks(look: Look): number {
  const { history, context, from, before } = look;
  const days = activeDaysOf(lookBack(history, context, null, before));
  let returns = 0;
  for (let i = days.length - 1; i > 0 && days[i] >= from; i--) {
    if (context.calendar.countSchoolDays(days[i - 1] + 1, days[i]) >= pauseSchoolDays) returns++;
  }
  return returns;
}
