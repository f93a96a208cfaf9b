import { expect, test } from 'vitest';
import { measures } from '../features/index.ts';
import type { Comparison, Criterion } from './badge.ts';
import { describeCriterion } from './describe.ts';
import { phrases } from './phrases.ts';

const measured = (measure: string, window: number | null, is: Comparison, value: number): Criterion => ({
  measure,
  window,
  is,
  value,
});
const active = measured('active-days', 28, 'at-least', 12);

test.each<[Criterion, string, string]>([
  [active, 'attività in almeno 12 degli ultimi 28 giorni', 'active on at least 12 of the last 28 days'],
  [
    { not: active },
    'attività in meno di 12 degli ultimi 28 giorni',
    'active on less than 12 of the last 28 days',
  ],
  [
    measured('late-share', 56, 'at-most', 0),
    'nessuna consegna in ritardo negli ultimi 56 giorni',
    'no late hand-in in the last 56 days',
  ],
  [
    measured('late-share', 56, 'less-than', 0.08),
    'meno dell’8% delle consegne in ritardo negli ultimi 56 giorni',
    'less than 8% of hand-ins late in the last 56 days',
  ],
  [
    measured('school-day-share', 91, 'at-least', 0.8),
    'attività in almeno l’80% dei giorni di scuola negli ultimi 91 giorni',
    'active on at least 80% of school days in the last 91 days',
  ],
  [measured('hand-ins', null, 'at-least', 1), 'almeno 1 consegna in tutto', 'at least 1 hand-in in all'],
  [
    measured('lead-days', 14, 'at-least', 2.5),
    'consegne in media con almeno 2,5 giorni di anticipo negli ultimi 14 giorni',
    'hand-ins on average at least 2.5 days ahead of the deadline in the last 14 days',
  ],
  [
    { all: [measured('mean-score', 91, 'at-least', 80), measured('scores', 91, 'at-least', 4)] },
    'media dei voti di almeno 80 e almeno 4 voti, negli ultimi 91 giorni',
    'average mark of at least 80 and at least 4 marks, in the last 91 days',
  ],
  [
    { not: { all: [active, { holds: 'roots' }] } },
    'attività in meno di 12 degli ultimi 28 giorni oppure il distintivo «Radici» non ancora ottenuto',
    'active on less than 12 of the last 28 days or the badge “Roots” not earned yet',
  ],
  [
    {
      sequence: [measured('last-score', null, 'at-most', 50), measured('last-score', null, 'at-least', 70)],
      withinDays: 60,
    },
    'prima: ultimo voto di al massimo 50; poi: ultimo voto di almeno 70; il tutto entro 60 giorni',
    'first: latest mark of at most 50; then: latest mark of at least 70; all within 60 days',
  ],
  [
    { atLeast: 2, of: [active, { holds: 'roots' }, { holds: 'gone' }] },
    'almeno 2 fra: attività in almeno 12 degli ultimi 28 giorni; il distintivo «Radici» già ottenuto; il distintivo «gone» già ottenuto',
    'at least 2 of: active on at least 12 of the last 28 days; the badge “Roots” already earned; the badge “gone” already earned',
  ],
])('%j', (criterion, italian, english) => {
  expect(describeCriterion(criterion, 'it')).toBe(italian);
  expect(describeCriterion(criterion, 'en')).toBe(english);
});

test('phrases are for measures that exist', () => {
  const known = measures.map(({ id }) => id);
  expect(Object.keys(phrases).filter((id) => !known.includes(id))).toEqual([]);
});

test('every measure reads in both languages, phrase or not', () => {
  for (const { id, windows } of measures) {
    const rule = measured(id, windows ? windows.shortest : null, 'at-least', 2);
    for (const locale of ['it', 'en'] as const) expect(describeCriterion(rule, locale)).toMatch(/2|200/);
  }
});
