import { column, kindColumn, sumOf } from '../history.ts';
import { type Look, type Measure } from '../look.ts';
import { atDay } from './windows.ts';

export const recencyMeasures: readonly Measure[] = [
  {
    id: 'days-since-active',
    family: 'recency',
    unit: 'days',
    name: { it: 'Giorni dall’ultima attività', en: 'Days since last active' },
    description: {
      it: 'Quanti giorni sono passati dall’ultima volta che hai fatto qualcosa; 0 vuol dire oggi.',
      en: 'How many days ago you last did something; 0 means today.',
    },
    good: 'low',
    ...atDay,
    compute: (look) => daysSince(look, column.activeDays),
  },
  {
    id: 'days-since-hand-in',
    family: 'recency',
    unit: 'days',
    name: { it: 'Giorni dall’ultima consegna', en: 'Days since the last hand-in' },
    description: {
      it: 'Quanti giorni sono passati dall’ultimo lavoro consegnato.',
      en: 'How many days ago you last handed in work.',
    },
    good: 'low',
    ...atDay,
    compute: (look) => daysSince(look, kindColumn('submit')),
  },
  {
    id: 'days-known',
    family: 'recency',
    unit: 'days',
    name: { it: 'Giorni con noi', en: 'Days with us' },
    description: {
      it: 'Da quanti giorni fai parte della scuola o della classe.',
      en: 'For how many days you have been part of the school or class.',
    },
    good: 'neither',
    ...atDay,
    compute: ({ history, before }) => before - history.observedFrom,
  },
];

/** Days since the newest record with something in the column; NaN when there is none. */
function daysSince({ history, first, end, before }: Look, of: number): number {
  for (let i = end - 1; i >= first; i--) {
    if (sumOf(history, of, i, i + 1) > 0) return before - 1 - history.days[i];
  }
  return NaN;
}
