import { words } from './index.ts';

/** The first page, for those who do not know Merito yet. */
export const publicWords = words({
  en: {
    title: 'Badges with a reason',
    tagline: 'Badges that mean something, each with a reason anyone can read.',
    lead: 'Merito looks at what learners really do: how steadily they work, how they grow, how they help. It awards badges for it, says why and how sure it is, and asks a teacher when it is not sure enough.',
    logIn: 'Log in',
    learners: {
      title: 'Learners',
      text: 'See what you earned and why, what is missing for the next one in plain numbers, and your own rhythm. Nobody is ranked.',
    },
    teachers: {
      title: 'Teachers',
      text: 'See who is on the way and who may need a word, decide doubtful awards with the evidence in front of you, take one back with a reason.',
    },
    schools: {
      title: 'Schools',
      text: 'Set how few undeserved awards you accept; Merito measures it and keeps to it. Every decision stands in a log that can only grow.',
    },
    demo: {
      title: 'Look around the demo school',
      text: 'Simulated people, real software. Pick a door.',
      as: { learner: 'Enter as a learner', teacher: 'Enter as a teacher', admin: 'Enter as the school' },
      password: 'Password for all of them:',
    },
    promises: 'What Merito never does',
    never: [
      'Award a badge whose rule is not met, whatever a model says.',
      'Use gender, origin, disability or family means to judge anyone.',
      'Rank learners in public or read their emotions.',
    ],
  },
  it: {
    title: 'Distintivi con un perché',
    tagline: 'Distintivi che contano, ognuno con un perché che tutti possono leggere.',
    lead: 'Merito guarda ciò che gli studenti fanno davvero: la costanza, la crescita, l’aiuto agli altri. Per questo assegna distintivi, dice perché e con quale sicurezza, e quando la sicurezza non basta chiede a un docente.',
    logIn: 'Accedi',
    learners: {
      title: 'Studenti',
      text: 'Vedi che cosa hai ottenuto e perché, che cosa manca al prossimo in numeri semplici, e il tuo ritmo. Nessuna classifica.',
    },
    teachers: {
      title: 'Docenti',
      text: 'Vedi chi è in cammino e chi forse ha bisogno di una parola, decidi i casi dubbi con le prove davanti, ritira un distintivo con un motivo.',
    },
    schools: {
      title: 'Scuole',
      text: 'Stabilisci quante assegnazioni immeritate accetti al massimo: Merito le misura e rispetta il limite. Ogni decisione resta in un registro che può solo crescere.',
    },
    demo: {
      title: 'Visita la scuola dimostrativa',
      text: 'Persone simulate, software vero. Scegli una porta.',
      as: { learner: 'Entra da studente', teacher: 'Entra da docente', admin: 'Entra come scuola' },
      password: 'Password per tutti:',
    },
    promises: 'Che cosa Merito non fa mai',
    never: [
      'Assegnare un distintivo se la regola non è soddisfatta, qualunque cosa dica un modello.',
      'Usare genere, origine, disabilità o condizioni della famiglia per giudicare qualcuno.',
      'Mettere gli studenti in classifica o leggerne le emozioni.',
    ],
  },
});
