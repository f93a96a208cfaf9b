import { kindColumn, sumOf } from '../history.ts';
import { type Look, type Measure, share, total } from '../look.ts';
import { anyPast, atDay } from './windows.ts';

const attend = kindColumn('attend');
const absence = kindColumn('absence');

/** Being there, and being there for others. */
export const togetherMeasures: readonly Measure[] = [
  {
    id: 'helps',
    family: 'collaboration',
    unit: 'events',
    name: { it: 'Aiuti ai compagni', en: 'Help given' },
    description: {
      it: 'Quante volte hai risposto a un compagno o rivisto il suo lavoro.',
      en: 'How many times you answered a classmate or reviewed their work.',
    },
    good: 'high',
    ...anyPast,
    compute: (look) => total(look, kindColumn('help')),
  },
  {
    id: 'posts',
    family: 'collaboration',
    unit: 'events',
    name: { it: 'Messaggi nel forum', en: 'Forum posts' },
    description: { it: 'Quante volte hai scritto nel forum.', en: 'How many times you wrote in the forum.' },
    good: 'high',
    ...anyPast,
    compute: (look) => total(look, kindColumn('post')),
  },
  {
    id: 'group-work',
    family: 'collaboration',
    unit: 'events',
    name: { it: 'Lavori di gruppo', en: 'Group work' },
    description: {
      it: 'Quante volte hai lavorato insieme ad altri.',
      en: 'How many times you worked together with others.',
    },
    good: 'high',
    ...anyPast,
    compute: (look) => total(look, kindColumn('collaborate')),
  },
  {
    id: 'practices',
    family: 'volume',
    unit: 'events',
    name: { it: 'Esercizi provati', en: 'Exercises tried' },
    description: {
      it: 'Quante volte hai fatto esercizi senza che ci fosse un voto.',
      en: 'How many times you practised with no mark at stake.',
    },
    good: 'high',
    ...anyPast,
    compute: (look) => total(look, kindColumn('practice')),
  },
  {
    id: 'attendance-rate',
    family: 'attendance',
    unit: 'share',
    name: { it: 'Presenza alle lezioni', en: 'Attendance' },
    description: {
      it: 'In quale parte delle lezioni eri in classe, sul totale di presenze e assenze.',
      en: 'What share of the lessons you attended, of all where you were present or absent.',
    },
    good: 'high',
    ...anyPast,
    compute: (look) => share(total(look, attend), total(look, attend) + total(look, absence)),
  },
  {
    id: 'attendance-row',
    family: 'attendance',
    unit: 'days',
    name: { it: 'Giorni di lezione senza assenze', en: 'Lesson days without absence' },
    description: {
      it: 'Quanti giorni di lezione di fila, fino a oggi, hai frequentato senza assenze.',
      en: 'How many days with lessons in a row, up to now, you attended without an absence.',
    },
    good: 'high',
    ...atDay,
    compute: attendanceRow,
  },
];

function attendanceRow(look: Look): number {
  const { history, first, end } = look;
  if (total(look, attend) + total(look, absence) === 0) return NaN;
  let row = 0;
  for (let i = end - 1; i >= first && sumOf(history, absence, i, i + 1) === 0; i--) {
    if (sumOf(history, attend, i, i + 1) > 0) row++;
  }
  return row;
}
