import { column } from '../history.ts';
import { type Measure, share, sumKnown, total } from '../look.ts';
import { anyPast } from './windows.ts';

/** Sessions and hours of the day; not measured where only the day is known. */
export const timingMeasures: readonly Measure[] = [
  {
    id: 'sessions',
    family: 'session',
    unit: 'sessions',
    name: { it: 'Sessioni di lavoro', en: 'Working sessions' },
    description: {
      it: 'Quante volte hai cominciato a lavorare; una pausa di almeno mezz’ora separa due sessioni.',
      en: 'How many times you sat down to work; a break of at least half an hour separates two sessions.',
    },
    good: 'high',
    ...anyPast,
    compute: (look) => sumKnown(look, column.sessions),
  },
  {
    id: 'sessions-per-day',
    family: 'session',
    unit: 'sessions',
    name: { it: 'Sessioni al giorno', en: 'Sessions per day' },
    description: {
      it: 'In media, quante volte cominci a lavorare in un giorno attivo.',
      en: 'How many times you sit down to work on an active day, on average.',
    },
    good: 'neither',
    ...anyPast,
    compute: (look) => share(total(look, column.sessions), total(look, column.timedDays)),
  },
  {
    id: 'night-share',
    family: 'timing',
    unit: 'share',
    name: { it: 'Lavoro di notte', en: 'Work at night' },
    description: {
      it: 'Quanta parte delle mezz’ore di lavoro cade fra le 22 e le 6: chi dorme impara meglio.',
      en: 'What share of your half-hours of work falls between 22:00 and 6:00: sleep helps learning.',
    },
    good: 'low',
    ...anyPast,
    compute: (look) => share(total(look, column.nightSlots), total(look, column.slots)),
  },
  {
    id: 'weekend-share',
    family: 'timing',
    unit: 'share',
    name: { it: 'Lavoro nel fine settimana', en: 'Work at weekends' },
    description: {
      it: 'Quanta parte dei tuoi giorni attivi è di sabato o domenica.',
      en: 'What share of your active days is a Saturday or Sunday.',
    },
    good: 'neither',
    ...anyPast,
    compute: (look) => share(total(look, column.weekendDays), total(look, column.activeDays)),
  },
];
