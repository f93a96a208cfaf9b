import { words } from './index.ts';

/** What admins read about the model that finds similar paths. */
export const pathModelWords = words({
  en: {
    name: 'Similar paths',
    what: (numbers: string) =>
      `Puts each learner’s last weeks into ${numbers} numbers, without names or marks of who they are. Learners with nearly the same numbers have been on a similar journey: the learner’s page tells what such people earned next, once there are at least 10 of them.`,
    train: 'Learn anew',
    empty: 'No paths learnt yet',
    emptyHint:
      'It is learnt with the other models, once the school has lived some months. Until then the learner’s page leaves the section out.',
    refused: 'It keeps too little to be used',
    refusedHint:
      'Learners are not placed by it. The learner’s page leaves the section out, or goes by the version before.',
    kept: 'How much it keeps',
    keptValue: (share: string, low: string, high: string) =>
      `${share} of the differences between learners it never saw (95% interval ${low} to ${high})`,
    needed: 'Needed',
    neededValue: (share: string) => `more than ${share}, which is what it would keep of pure noise`,
    learnt: 'Learnt from',
    learntValue: (rows: string, learners: string) => `${rows} snapshots of ${learners} learners`,
    judged: 'Judged by',
    judgedValue: (rows: string, learners: string) => `${rows} snapshots of ${learners} other learners`,
    window: 'Days',
    windowValue: (from: string, to: string, step: string) => `from ${from} to ${to}, every ${step} days`,
    passes: 'Passes',
    seed: 'Seed',
  },
  it: {
    name: 'Percorsi simili',
    what: (numbers: string) =>
      `Riassume le ultime settimane di ogni studente in ${numbers} numeri, senza nomi e senza dire chi è. Chi ha numeri vicini ha fatto una strada simile: la pagina dello studente dice che cosa quelle persone hanno ottenuto dopo, quando sono almeno 10.`,
    train: 'Impara di nuovo',
    empty: 'Nessun percorso ancora imparato',
    emptyHint:
      'Si impara insieme agli altri modelli, quando la scuola ha vissuto qualche mese. Fino ad allora la pagina dello studente lascia fuori la sezione.',
    refused: 'Conserva troppo poco per essere usato',
    refusedHint:
      'Non colloca nessuno. La pagina dello studente lascia fuori la sezione, oppure segue la versione precedente.',
    kept: 'Quanto conserva',
    keptValue: (share: string, low: string, high: string) =>
      `${share} delle differenze fra studenti mai visti (intervallo al 95%: da ${low} a ${high})`,
    needed: 'Serve',
    neededValue: (share: string) => `più di ${share}, cioè quanto conserverebbe di puro rumore`,
    learnt: 'Ha imparato da',
    learntValue: (rows: string, learners: string) => `${rows} istantanee di ${learners} studenti`,
    judged: 'Giudicato con',
    judgedValue: (rows: string, learners: string) => `${rows} istantanee di altri ${learners} studenti`,
    window: 'Giorni',
    windowValue: (from: string, to: string, step: string) => `dal ${from} al ${to}, ogni ${step} giorni`,
    passes: 'Passaggi',
    seed: 'Seme',
  },
});
