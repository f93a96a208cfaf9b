import { chanceWords, tellableChance } from './chance-words.ts';
import { type Change, changesPhrase } from './changes.ts';
import { formatChance, formatNumber } from './format.ts';
import { type Locale, words } from './index.ts';

/** Changes within a learner's reach, with the model's answer before and after. */
export interface Help {
  readonly changes: readonly Change[];
  /** Probabilities, 0 to 1. */
  readonly before: number;
  readonly after: number;
}

/** How sure a yes-or-no answer is by its conformal set: one class left, both, or none. */
export type Sureness = 'expects it' | 'rules it out' | 'cannot tell' | 'unlike any';

/** Why a model answers so, for a teacher and for whoever audits the school. See chanceWords for the learner. */
export const explanationWords = words({
  en: {
    teacher: {
      sureness: {
        'expects it': 'A firm answer: at 90% confidence it expects trouble.',
        'rules it out': 'A firm answer: at 90% confidence it expects the class to end well.',
        'cannot tell':
          'The model cannot tell: at 90% confidence both endings remain possible. What you know counts more.',
        'unlike any':
          'The model cannot tell: it has seen nobody quite like this learner. What you know counts more.',
      },
      sure: 'How sure it is',
      helps: 'What would help most',
      falls: (changes: string, before: string, after: string) =>
        `With ${changes} the chance would fall from ${before} to ${after}.`,
      rises: (changes: string, before: string, after: string) =>
        `With ${changes} the chance would rise from ${before} to ${after}.`,
      helpsCaution: 'What the model would then answer, from learners like this one. It is not a promise.',
      waterfall: 'How the chance came about',
      waterfallHint:
        'Read it downwards: from the answer for an average learner, each line moves the chance by so many percentage points, the strongest first.',
    },
    steps: {
      base: 'An average learner',
      rest: 'Everything else together',
      calibration: 'Corrected by what really happened',
      answer: 'The answer',
    },
    audit: {
      title: 'Audit: every number',
      hint: 'Effects are exact Shapley values in log-odds. Start and effects add up to the margin; the calibrated margin is the probability.',
      step: 'Step',
      value: 'Value',
      effect: 'Effect, log-odds',
      after: 'Chance after it',
      base: 'Start, log-odds',
      margin: 'Margin, log-odds',
      probability: 'Probability',
      model: 'Model',
      dataAsOf: 'Data as of',
      card: 'Its model card',
      download: 'Download as JSON',
      ask: 'Ask a second method (LIME)',
    },
    secondOpinion: {
      title: 'A second method: LIME',
      fits: (r2: string, stability: string) =>
        `A straight line through the model’s answers about learners a little unlike this one. It explains ${r2} of their variation (1 is all); over five draws its three strongest inputs agree by ${stability}.`,
      input: 'Input',
      effect: 'Points for one deviation more',
      noFit: (r2: string) =>
        `Around this learner the model’s answers follow no straight line (it would explain ${r2} of their variation, at least 0.5 is needed), so this method has nothing to say.`,
    },
    decision: {
      heading: 'What a model said then',
    },
  },
  it: {
    teacher: {
      sureness: {
        'expects it': 'Una risposta netta: con fiducia del 90% si aspetta difficoltà.',
        'rules it out': 'Una risposta netta: con fiducia del 90% si aspetta che la classe finisca bene.',
        'cannot tell':
          'Il modello non sa dirlo: con fiducia del 90% restano possibili entrambi gli esiti. Conta di più ciò che sai tu.',
        'unlike any':
          'Il modello non sa dirlo: non ha mai visto nessuno davvero simile. Conta di più ciò che sai tu.',
      },
      sure: 'Quanto è sicuro',
      helps: 'Che cosa aiuterebbe di più',
      falls: (changes: string, before: string, after: string) =>
        `Con ${changes} la probabilità scenderebbe da ${before} a ${after}.`,
      rises: (changes: string, before: string, after: string) =>
        `Con ${changes} la probabilità salirebbe da ${before} a ${after}.`,
      helpsCaution:
        'Ciò che il modello risponderebbe allora, da studenti simili a questo. Non è una promessa.',
      waterfall: 'Come nasce la probabilità',
      waterfallHint:
        'Si legge dall’alto: dalla risposta per uno studente medio, ogni riga sposta la probabilità di tanti punti percentuali, la più forte per prima.',
    },
    steps: {
      base: 'Uno studente medio',
      rest: 'Tutto il resto insieme',
      calibration: 'Corretto con ciò che è successo davvero',
      answer: 'La risposta',
    },
    audit: {
      title: 'Verifica: ogni numero',
      hint: 'Gli effetti sono valori di Shapley esatti in log-odds. Inizio ed effetti si sommano al margine; il margine calibrato è la probabilità.',
      step: 'Passo',
      value: 'Valore',
      effect: 'Effetto, log-odds',
      after: 'Probabilità dopo',
      base: 'Inizio, log-odds',
      margin: 'Margine, log-odds',
      probability: 'Probabilità',
      model: 'Modello',
      dataAsOf: 'Dati fino al',
      card: 'La sua scheda',
      download: 'Scarica in JSON',
      ask: 'Chiedi a un secondo metodo (LIME)',
    },
    secondOpinion: {
      title: 'Un secondo metodo: LIME',
      fits: (r2: string, stability: string) =>
        `Una retta attraverso le risposte del modello su studenti un po’ diversi da questo. Spiega ${r2} della loro variazione (1 è tutta); su cinque estrazioni i tre ingressi più forti concordano al ${stability}.`,
      input: 'Ingresso',
      effect: 'Punti per una deviazione in più',
      noFit: (r2: string) =>
        `Attorno a questo studente le risposte del modello non seguono una retta (ne spiegherebbe ${r2}, serve almeno 0,5): questo metodo non ha nulla da dire.`,
    },
    decision: {
      heading: 'Che cosa diceva allora un modello',
    },
  },
});

/** `With 2 more hand-ins over 28 days the chance would fall from 62% to 41%.` */
export function helpForTeacher(locale: Locale, { changes, before, after }: Help): string {
  const t = explanationWords[locale].teacher;
  const say = after < before ? t.falls : t.rises;
  return say(changesPhrase(locale, changes), formatChance(locale, before), formatChance(locale, after));
}

/** The same for a learner's next badge, in learners of a hundred instead of percentages. */
export function helpForLearner(locale: Locale, { changes, before, after }: Help): string {
  const t = chanceWords[locale];
  const ofHundred = (chance: number) => formatNumber(locale, 100 * chance);
  const said = t.help(changesPhrase(locale, changes), ofHundred(after));
  return before < tellableChance ? said : `${said} ${t.today(ofHundred(before))}`;
}

/** What the conformal set of a yes-or-no answer says. @param classes those not ruled out: 0 no, 1 yes */
export function surenessOf(classes: readonly number[]): Sureness {
  if (classes.length > 1) return 'cannot tell';
  const [only] = classes;
  if (only === undefined) return 'unlike any';
  return only === 1 ? 'expects it' : 'rules it out';
}
