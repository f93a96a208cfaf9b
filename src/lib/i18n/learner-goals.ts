import { plural, words } from './index.ts';

/** What a learner set out to earn, and how it goes. */
export const goalWords = words({
  en: {
    heading: 'Your goals',
    hint: 'What you set out for, three at most. A bad week costs nothing: a goal has no deadline.',
    invite: 'Want one of them? Make it a goal, and it gets a plan by week.',
    want: 'I want this one',
    drop: 'Drop this goal',
    yours: 'Your goal',
    since: (date: string) => `Since ${date}`,
    start: (share: string) => `You set out at ${share}`,
    resting: 'At the moment this badge cannot be earned. The goal waits, or you drop it.',
    met: 'The rule is met: the decision is on its way.',
    undo: 'Undo',
    reached: (date: string) => `Goal reached: you wanted it since ${date}`,
    plan: {
      heading: 'Your plan',
      weeks: { past: 'Last week', running: 'This week', ahead: (date: string) => `Week of ${date}` },
      done: (done: number, of: number) => `${done} of ${of}`,
      rest: 'Rest: nothing is asked.',
      finished: 'Done for this week.',
      later: (count: number) => `And ${count} more ${plural('en', count, { one: 'week', other: 'weeks' })}`,
      reachedOn: (date: string) =>
        `If you keep to it, the rule is met on ${date}. It is made anew every Monday.`,
      byItself: (date: string) => `Nothing more to do: the rule will be met on ${date}.`,
      none: {
        'needs marks': 'There is no plan for this one: only marks can close the gap.',
        'needs others': 'There is no plan for this one: it also depends on what your classmates do.',
        'needs work': 'There is no plan yet: too little is due in the coming weeks.',
        'needs a badge': 'Another badge comes first, and takes more than eight weeks.',
        'needs a break':
          'This one is for coming back after a break, and nobody should take a break for a badge.',
        'needs time': 'It takes more than eight weeks. The plan begins when it comes nearer.',
      },
    },
  },
  it: {
    heading: 'I tuoi obiettivi',
    hint: 'Ciò a cui punti, tre al massimo. Una settimana storta non costa nulla: un obiettivo non scade.',
    invite: 'Ne vuoi uno? Fanne un obiettivo: avrà un piano settimana per settimana.',
    want: 'Voglio questo',
    drop: 'Lascia l’obiettivo',
    yours: 'Il tuo obiettivo',
    since: (date: string) => `Dal ${date}`,
    start: (share: string) => `Al via eri al ${share}`,
    resting: 'In questo momento questo distintivo non si può ottenere. L’obiettivo aspetta, oppure lo lasci.',
    met: 'La regola è soddisfatta: la decisione è in arrivo.',
    undo: 'Annulla',
    reached: (date: string) => `Obiettivo raggiunto: lo volevi dal ${date}`,
    plan: {
      heading: 'Il tuo piano',
      weeks: {
        past: 'Settimana scorsa',
        running: 'Questa settimana',
        ahead: (date: string) => `Settimana del ${date}`,
      },
      done: (done: number, of: number) => `${done} su ${of}`,
      rest: 'Riposo: non serve nulla.',
      finished: 'Per questa settimana è fatta.',
      later: (count: number) =>
        plural('it', count, { one: 'E un’altra settimana', other: `E altre ${count} settimane` }),
      reachedOn: (date: string) => `Se lo segui, la regola è soddisfatta il ${date}. Si rifà ogni lunedì.`,
      byItself: (date: string) => `Non serve altro: la regola sarà soddisfatta il ${date}.`,
      none: {
        'needs marks': 'Per questo non c’è un piano: solo i voti possono colmare la distanza.',
        'needs others': 'Per questo non c’è un piano: dipende anche da ciò che fanno i compagni.',
        'needs work': 'Ancora nessun piano: nelle prossime settimane c’è troppo poco da consegnare.',
        'needs a badge': 'Prima viene un altro distintivo, che richiede più di otto settimane.',
        'needs a break': 'Questo è per chi torna dopo una pausa, e nessuno deve fermarsi per un distintivo.',
        'needs time': 'Servono più di otto settimane. Il piano comincia quando è più vicino.',
      },
    },
  },
});
