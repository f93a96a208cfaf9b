import { words } from './index.ts';

/** What the server answers to a goal that is set, dropped or taken up again. */
export const goalAnswers = words({
  en: {
    done: {
      want: (badge: string) => `“${badge}” is now your goal. The plan stands at the top of the page.`,
      drop: (badge: string) => `“${badge}” is no longer your goal.`,
      keep: (badge: string) => `“${badge}” is your goal again.`,
    },
    refused: {
      'not awarded now': 'At the moment this badge cannot be earned.',
      'already held': 'You have this badge already.',
      'already wanted': 'This badge is your goal already.',
      'too many': 'You have three goals. Drop one to make room for another.',
      'no such goal': 'This goal is not there any more.',
    },
  },
  it: {
    done: {
      want: (badge: string) => `«${badge}» ora è un tuo obiettivo. Il piano è in cima alla pagina.`,
      drop: (badge: string) => `«${badge}» non è più un tuo obiettivo.`,
      keep: (badge: string) => `«${badge}» è di nuovo un tuo obiettivo.`,
    },
    refused: {
      'not awarded now': 'In questo momento questo distintivo non si può ottenere.',
      'already held': 'Questo distintivo ce l’hai già.',
      'already wanted': 'Questo distintivo è già un tuo obiettivo.',
      'too many': 'Hai già tre obiettivi. Lasciane uno per fare posto.',
      'no such goal': 'Questo obiettivo non c’è più.',
    },
  },
});
