import { words } from './index.ts';

// Apart from the explanations of teachers and auditors, which name every feature: the learner's page carries these alone.

/** Why a chance is what it is, for the learner whose chance it is. */
export const chanceWords = words({
  en: {
    why: 'Why this chance',
    already: 'Already on your side',
    room: 'Where there is room',
    helps: 'What helps',
    help: (changes: string, after: string) =>
      `With ${changes} you would stand where about ${after} of 100 earn it.`,
    today: (before: string) => `Today: ${before}.`,
    note: 'Learnt from the paths of others. Yours is your own.',
  },
  it: {
    why: 'Perché questa probabilità',
    already: 'Già dalla tua parte',
    room: 'Dove c’è spazio',
    helps: 'Che cosa aiuta',
    help: (changes: string, after: string) =>
      `Con ${changes} saresti dove circa ${after} su 100 lo ottengono.`,
    today: (before: string) => `Oggi: ${before}.`,
    note: 'Imparato dai percorsi di altri. Il tuo è solo tuo.',
  },
});

/** From this chance on a learner is told it as a number; below, that it is a stretch. */
export const tellableChance = 0.05;
