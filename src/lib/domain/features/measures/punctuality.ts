import { column, kindColumn, sumOf } from '../history.ts';
import { type Look, type Measure, share, total } from '../look.ts';
import { anyPast, atDay } from './windows.ts';

export const punctualityMeasures: readonly Measure[] = [
  {
    id: 'hand-ins',
    family: 'punctuality',
    unit: 'events',
    name: { it: 'Consegne', en: 'Hand-ins' },
    description: { it: 'Quanti lavori hai consegnato.', en: 'How many pieces of work you handed in.' },
    good: 'high',
    ...anyPast,
    compute: (look) => total(look, kindColumn('submit')),
  },
  {
    id: 'late-share',
    family: 'punctuality',
    unit: 'share',
    name: { it: 'Consegne in ritardo', en: 'Late hand-ins' },
    description: {
      it: 'Quanta parte dei lavori con una scadenza hai consegnato in ritardo.',
      en: 'What share of the work with a deadline you handed in late.',
    },
    good: 'low',
    ...anyPast,
    compute: (look) => share(total(look, column.late), total(look, column.due)),
  },
  {
    id: 'lead-days',
    family: 'punctuality',
    unit: 'days',
    name: { it: 'Anticipo sulle scadenze', en: 'Days ahead of deadlines' },
    description: {
      it: 'In media, quanti giorni prima della scadenza consegni; negativo se dopo.',
      en: 'How many days before the deadline you hand in, on average; negative if after it.',
    },
    good: 'high',
    ...anyPast,
    compute: (look) => share(total(look, column.leadDays), total(look, column.due)),
  },
  {
    id: 'on-time-row',
    family: 'punctuality',
    unit: 'events',
    name: { it: 'Consegne puntuali di fila', en: 'On-time hand-ins in a row' },
    description: {
      it: 'Quanti lavori di fila hai consegnato entro la scadenza, fino a oggi.',
      en: 'How many pieces of work in a row you handed in on time, up to now.',
    },
    good: 'high',
    ...atDay,
    compute: onTimeRow,
  },
];

/** A day with a late hand-in ends the row, since rollups do not tell which came first. */
function onTimeRow(look: Look): number {
  const { history, first, end } = look;
  if (total(look, column.due) === 0) return NaN;
  let row = 0;
  for (let i = end - 1; i >= first && sumOf(history, column.late, i, i + 1) === 0; i--) {
    row += sumOf(history, column.due, i, i + 1);
  }
  return row;
}
