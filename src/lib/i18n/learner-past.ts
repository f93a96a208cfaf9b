import { plural, words } from './index.ts';

/** A learner beside their own past, and the days of a streak. */
export const pastWords = words({
  en: {
    heading: 'You and your own past',
    hint: 'The last four weeks beside the four before. Nobody else comes into it.',
    tooSoon: 'In your ninth week here you will see how four weeks compare with the four before.',
    measure: 'What',
    before: 'Before',
    now: 'Now',
    difference: 'Change',
    same: 'the same',
    nothing: 'nothing measured',
    schoolDays: (now: number, before: number) =>
      `There were ${now} school days, ${before} in the four weeks before.`,
    measures: {
      'active-days': 'Active days',
      'on-time': 'Hand-ins on time',
      hours: 'Hours of work',
      'mean-mark': 'Average mark',
    },
    streak: {
      caption: 'The last three weeks',
      states: {
        active: 'active',
        missed: 'not active',
        frozen: 'holiday, nothing broken',
        open: 'today, until tonight',
      },
      counts: (active: number, missed: number, frozen: number) =>
        [
          `${active} active`,
          missed > 0 ? `${missed} not` : '',
          frozen > 0 ? `${frozen} ${plural('en', frozen, { one: 'holiday', other: 'holidays' })}` : '',
        ]
          .filter(Boolean)
          .join(', '),
      how: 'How it counts',
      rule: 'A school day with anything you did adds one. Weekends are left out, and a holiday is a freeze: it breaks nothing and costs nothing. You never have to earn or spend freezes.',
    },
  },
  it: {
    heading: 'Tu e il tuo passato',
    hint: 'Le ultime quattro settimane accanto alle quattro di prima. Non c’entra nessun altro.',
    tooSoon: 'Dalla tua nona settimana qui vedrai quattro settimane accanto alle quattro di prima.',
    measure: 'Che cosa',
    before: 'Prima',
    now: 'Ora',
    difference: 'Cambio',
    same: 'uguale',
    nothing: 'nulla da misurare',
    schoolDays: (now: number, before: number) =>
      `I giorni di scuola erano ${now}, nelle quattro settimane prima ${before}.`,
    measures: {
      'active-days': 'Giorni attivi',
      'on-time': 'Consegne puntuali',
      hours: 'Ore di lavoro',
      'mean-mark': 'Media dei voti',
    },
    streak: {
      caption: 'Le ultime tre settimane',
      states: {
        active: 'con attività',
        missed: 'senza attività',
        frozen: 'vacanza, non interrompe',
        open: 'oggi, fino a sera',
      },
      counts: (active: number, missed: number, frozen: number) =>
        [
          `${active} con attività`,
          missed > 0 ? `${missed} senza` : '',
          frozen > 0 ? `${frozen} di vacanza` : '',
        ]
          .filter(Boolean)
          .join(', '),
      how: 'Come si conta',
      rule: 'Ogni giorno di scuola in cui fai qualcosa conta uno. I fine settimana restano fuori, e una vacanza congela la serie: non interrompe nulla e non costa nulla. Non devi guadagnare né spendere niente.',
    },
  },
});
