import { plural, words } from './index.ts';

/** Why a chance is what it would be: read on demand. */
export const whatIfReasons = words({
  en: {
    groups: {
      amount: 'How much you do',
      rhythm: 'How regularly you work',
      trend: 'Whether it is growing',
      'hand-ins': 'Your hand-ins',
      marks: 'Your marks',
      variety: 'How varied your work is',
      class: 'Your class',
      hours: 'At what hours you work',
      together: 'What you do with others',
      season: 'The school days ahead',
      badge: 'The badge itself and how far you are',
    },
    reasons: 'What speaks for it and against',
    helps: 'helps',
    hinders: 'holds it back',
    exact: 'Exact for the small model on your device, beside an average learner and badge.',
    shares: 'What each adds',
    points: (points: string, count: number) =>
      `${points} ${plural('en', count, { one: 'point', other: 'points' })}`,
    counting: 'Counting…',
    unknown: 'The reasons could not be worked out. Load the page again to try once more.',
    noShares: 'Nothing of it makes a difference for this badge.',
  },
  it: {
    groups: {
      amount: 'Quanto fai',
      rhythm: 'Con quanta regolarità lavori',
      trend: 'Se stai crescendo',
      'hand-ins': 'Le tue consegne',
      marks: 'I tuoi voti',
      variety: 'Quanto è vario il tuo lavoro',
      class: 'La tua classe',
      hours: 'A che ore lavori',
      together: 'Ciò che fai con gli altri',
      season: 'I giorni di scuola che vengono',
      badge: 'Il distintivo stesso e quanto sei avanti',
    },
    reasons: 'Che cosa aiuta e che cosa frena',
    helps: 'aiuta',
    hinders: 'frena',
    exact:
      'Esatto per il modello piccolo sul tuo dispositivo, accanto a uno studente e a un distintivo medi.',
    shares: 'Che cosa aggiunge ogni cosa',
    points: (points: string, count: number) =>
      `${points} ${plural('it', count, { one: 'punto', other: 'punti' })}`,
    counting: 'Sto contando…',
    unknown: 'Non è stato possibile trovare i motivi. Ricarica la pagina per riprovare.',
    noShares: 'Per questo distintivo non cambia nulla.',
  },
});
