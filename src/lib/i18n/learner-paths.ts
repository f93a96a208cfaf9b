import { words } from './index.ts';

/** What people with a path like the learner's went on to earn. */
export const pathWords = words({
  en: {
    heading: 'Learners with a path like yours then earned…',
    hint: (people: number, least: number) =>
      `We look at ${people} past paths in your school that resemble yours up to today, without names, and at what at least ${least} of them earned in the eight weeks after. It tells of others: where yours leads is up to you.`,
    share: (earned: number, of: number) => `${earned} of ${of}`,
    sentence: (badge: string, earned: number, of: number) =>
      `${earned} of ${of} learners with a path like yours earned “${badge}” in the eight weeks after.`,
  },
  it: {
    heading: 'Chi ha un percorso come il tuo ha poi ottenuto…',
    hint: (people: number, least: number) =>
      `Guardiamo ${people} percorsi passati della tua scuola, simili al tuo fino a oggi, senza nomi, e ciò che almeno ${least} di quelle persone hanno ottenuto nelle otto settimane dopo. Parla di altri: dove porta il tuo lo decidi tu.`,
    share: (earned: number, of: number) => `${earned} su ${of}`,
    sentence: (badge: string, earned: number, of: number) =>
      `${earned} persone su ${of} con un percorso come il tuo hanno ottenuto «${badge}» nelle otto settimane dopo.`,
  },
});
