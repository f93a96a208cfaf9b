import { column } from '../history.ts';
import { type Look, type Measure, sumKnown, total } from '../look.ts';
import { anyPast } from './windows.ts';

export const volumeMeasures: readonly Measure[] = [
  {
    id: 'events',
    family: 'volume',
    unit: 'events',
    name: { it: 'Attività svolte', en: 'Things done' },
    description: {
      it: 'Quante cose hai fatto: lezioni, letture, esercizi, messaggi, consegne.',
      en: 'How many things you did: lessons, readings, exercises, messages, hand-ins.',
    },
    good: 'high',
    ...anyPast,
    compute: (look) => total(look, column.events),
  },
  {
    id: 'quantity',
    family: 'volume',
    unit: 'events',
    name: { it: 'Quantità di lavoro', en: 'Amount of work' },
    description: {
      it: 'Quanto hai fatto in tutto, contando pagine, clic ed esercizi dentro ogni attività.',
      en: 'How much you did in all, counting the pages, clicks and exercises within each activity.',
    },
    good: 'high',
    ...anyPast,
    compute: (look) => total(look, column.quantity),
  },
  {
    id: 'hours',
    family: 'volume',
    unit: 'hours',
    name: { it: 'Ore di lavoro', en: 'Hours of work' },
    description: {
      it: 'Le ore che hai dedicato alle attività, quando la scuola misura il tempo.',
      en: 'The hours you spent on activities, where the school measures time.',
    },
    good: 'high',
    ...anyPast,
    compute: hours,
  },
];

function hours(look: Look): number {
  return sumKnown(look, column.seconds) / 3600;
}
