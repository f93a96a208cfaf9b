import { words } from './index.ts';

/** What people with a path like the learner's went on to earn. */
export const pathWords = words({
  en: {
    heading: 'Learners with a path like yours then earned…',
    hint: (people: number, least: number) =>
      `For each badge we look at the ${people} people in your school who once stood nearest to where you stand now and did not have it yet, without names. It shows from ${least} people on. It tells of others: where your path leads is up to you.`,
    share: (earned: number, of: number) => `${earned} of ${of}`,
    sentence: (badge: string, earned: number, of: number) =>
      `${earned} of ${of} learners with a path like yours, who did not have “${badge}” yet, earned it in the eight weeks after.`,
  },
  it: {
    heading: 'Chi ha un percorso come il tuo ha poi ottenuto…',
    hint: (people: number, least: number) =>
      `Per ogni distintivo guardiamo le ${people} persone della tua scuola che si sono trovate più vicino a dove sei tu ora e non lo avevano ancora, senza nomi. Compare da ${least} persone in su. Parla di altri: dove porta il tuo percorso lo decidi tu.`,
    share: (earned: number, of: number) => `${earned} su ${of}`,
    sentence: (badge: string, earned: number, of: number) =>
      `${earned} persone su ${of} con un percorso come il tuo, che non avevano ancora «${badge}», lo hanno ottenuto nelle otto settimane dopo.`,
  },
});
