import { words } from './index.ts';

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
    done: {
      want: (badge: string) => `“${badge}” is now your goal. The plan stands at the top of the page.`,
      drop: (badge: string) => `“${badge}” is no longer your goal.`,
      keep: (badge: string) => `“${badge}” is your goal again.`,
    },
    undo: 'Undo',
    refused: {
      'not awarded now': 'At the moment this badge cannot be earned.',
      'already held': 'You have this badge already.',
      'already wanted': 'This badge is your goal already.',
      'too many': 'You have three goals. Drop one to make room for another.',
      'no such goal': 'This goal is not there any more.',
    },
    reached: (date: string) => `Goal reached: you wanted it since ${date}`,
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
    done: {
      want: (badge: string) => `«${badge}» ora è un tuo obiettivo. Il piano è in cima alla pagina.`,
      drop: (badge: string) => `«${badge}» non è più un tuo obiettivo.`,
      keep: (badge: string) => `«${badge}» è di nuovo un tuo obiettivo.`,
    },
    undo: 'Annulla',
    refused: {
      'not awarded now': 'In questo momento questo distintivo non si può ottenere.',
      'already held': 'Questo distintivo ce l’hai già.',
      'already wanted': 'Questo distintivo è già un tuo obiettivo.',
      'too many': 'Hai già tre obiettivi. Lasciane uno per fare posto.',
      'no such goal': 'Questo obiettivo non c’è più.',
    },
    reached: (date: string) => `Obiettivo raggiunto: lo volevi dal ${date}`,
  },
});
