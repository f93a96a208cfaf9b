import { formatNumber, formatShare } from './format.ts';
import { type Locale, words } from './index.ts';

/** What admins read on a model card beyond its metrics: who answers, on what it rests, whom it treats how. */
export const modelCardWords = words({
  en: {
    served: {
      heading: 'Which model answers',
      stack: (members: string) =>
        `A stack answers. It weighs the answers of ${members}; on learners held back, none of them alone did better.`,
      member: (name: string) =>
        `${name} answers alone: on learners held back, the stack of all members did not beat it.`,
      only: (name: string) => `${name} answers.`,
      names: {
        xgboost: 'XGBoost',
        lightgbm: 'LightGBM',
        catboost: 'CatBoost',
        forest: 'Random forest',
        boosting: 'Gradient boosting',
        stack: 'Stack',
        imported: 'A model trained elsewhere',
        bilstm: 'BiLSTM',
        transformer: 'Transformer',
      },
    },
    networks: {
      heading: 'Networks over the weeks',
      lead: 'They read what each learner did week by week. One joins the stack only if the stack surely answers better with it on the learners that calibrate; those that judge have no say.',
      network: 'Network',
      alone: 'AUC alone',
      change: 'Log loss with it, less without',
      onTest: 'The same where it is judged',
      verdict: 'Verdict',
      verdicts: {
        entered: 'entered',
        'not surely better': 'not entered: the stack is not surely better with it',
        'no help': 'not entered: mixed in, it did not help',
      },
    },
    members: { heading: 'The members, one by one', member: 'Member', weight: 'Weight', answers: 'answers' },
    inputs: {
      heading: 'What it looks at, and how',
      importance: 'What it looks at most',
      importanceHint:
        'Share of all that moves its answers (mean absolute Shapley value). The line is the 95% interval over learners.',
      permutation: 'What it could not do without',
      permutationHint:
        'How much the log loss rises when the values of one input are shuffled among learners.',
      beeswarm: 'How each input moves the answer',
      beeswarmHint:
        'A dot is one held-out case. Right: it raises the answer; left: it lowers it. Blue dots have a low value of the input, red ones a high value, grey ones none.',
      beeswarmTable: 'Mean effect by value, in log-odds',
      third: { low: 'Low third', middle: 'Middle', high: 'High third', missing: 'No value' },
      input: 'Input',
      dependence: 'How the answer follows one input',
      dependenceHint:
        'Accumulated local effects, in percentage points: what a change of this input alone does to the answer, others as they are.',
      effect: 'Effect, points',
      at: 'Value',
      rows: 'Cases',
    },
    conformal: {
      heading: 'When it cannot tell',
      lead: (target: string, undecided: string, size: string) =>
        `Each answer carries the set of outcomes it does not rule out, meant to hold the true one ${target} of the time. In ${undecided} of cases not exactly one is left, so it cannot tell; on average ${size} are left.`,
      outcome: 'Outcome',
      rows: 'Cases',
      covered: 'Set holds it',
      below: 'below the promise',
      names: {
        no: 'Not earned',
        yes: 'Earned',
        completes: 'Completes the class',
        'leaves or fails': 'Leaves or fails it',
      },
    },
    fairness: {
      heading: 'Fairness',
      never:
        'None of these attributes is ever an input of a model. They are read for this report alone, on held-out learners.',
      threshold: (share: string) => `A learner counts as flagged from an answer of ${share} on.`,
      group: 'Group',
      learners: 'Learners',
      suppressed: 'Not shown',
      reasons: {
        'few learners': 'too few learners to say anything without pointing at someone',
        'few positives': 'it happened to too few of them',
        'few negatives': 'it happened to all but too few of them',
        'protects another': 'hidden so that a smaller group cannot be worked out from the total',
      },
      gaps: 'Largest difference between two groups',
      clear: 'clear',
      unclear: 'may be chance',
      attributes: {
        gender: 'Gender',
        disability: 'Disability',
        imd_band: 'Deprivation of the neighbourhood',
        deprivation: 'Deprivation of the neighbourhood',
        region: 'Region',
        age_band: 'Age',
        age: 'Age',
        origin: 'Origin',
      },
      measures: {
        baseRate: 'It happens to',
        flaggedShare: 'Flagged',
        truePositiveRate: 'Found, of those it happens to',
        falseAlarmRate: 'False alarms, of the others',
        precision: 'Right, of those flagged',
        said: 'Chance given, mean',
        calibration: 'Chance given less what came true',
        auc: 'AUC',
      },
    },
    waiting: {
      heading: 'A newer version waits for a person',
      lead: 'Training did not put it to work by itself. Until somebody decides, the present one goes on.',
      reason: 'What training says',
      gaps: 'Differences between groups',
      attribute: 'Attribute',
      measure: 'Measure',
      present: 'Present model',
      newer: 'This version',
      use: 'Use this model anyway',
      sure: 'I have read what speaks against it, and answer for the choice.',
      confirm: 'Put it to work',
      keeps: 'The version keeps your name and the day. All learners are scored anew.',
      sureNeeded: 'Tick the box first.',
      notFound: 'This version is not there to be put to work.',
      done: 'The version is at work. Learners are being scored anew.',
    },
  },
  it: {
    served: {
      heading: 'Quale modello risponde',
      stack: (members: string) =>
        `Risponde uno stack. Pesa le risposte di ${members}; su studenti tenuti da parte, nessuno di loro da solo ha fatto meglio.`,
      member: (name: string) =>
        `${name} risponde da solo: su studenti tenuti da parte, lo stack di tutti i membri non lo ha battuto.`,
      only: (name: string) => `Risponde: ${name}.`,
      names: {
        xgboost: 'XGBoost',
        lightgbm: 'LightGBM',
        catboost: 'CatBoost',
        forest: 'Foresta casuale',
        boosting: 'Gradient boosting',
        stack: 'Stack',
        imported: 'Un modello addestrato altrove',
        bilstm: 'BiLSTM',
        transformer: 'Transformer',
      },
    },
    networks: {
      heading: 'Reti sulle settimane',
      lead: 'Leggono che cosa ogni studente ha fatto settimana per settimana. Una entra nello stack solo se con lei lo stack risponde di certo meglio sugli studenti che calibrano; quelli che giudicano non contano.',
      network: 'Rete',
      alone: 'AUC da sola',
      change: 'Log loss con lei, meno senza',
      onTest: 'Lo stesso dove si giudica',
      verdict: 'Esito',
      verdicts: {
        entered: 'entrata',
        'not surely better': 'non entrata: con lei lo stack non è di certo migliore',
        'no help': 'non entrata: mescolata alle altre non ha aiutato',
      },
    },
    members: {
      heading: 'I membri, uno per uno',
      member: 'Membro',
      weight: 'Peso',
      answers: 'risponde',
    },
    inputs: {
      heading: 'Che cosa guarda, e come',
      importance: 'Che cosa guarda di più',
      importanceHint:
        'Quota di ciò che muove le risposte (media dei valori di Shapley assoluti). La linea è l’intervallo al 95% fra studenti.',
      permutation: 'Di che cosa non può fare a meno',
      permutationHint:
        'Quanto sale la log loss quando i valori di un ingresso si mescolano fra gli studenti.',
      beeswarm: 'Come ogni ingresso muove la risposta',
      beeswarmHint:
        'Un punto è un caso tenuto da parte. A destra alza la risposta, a sinistra la abbassa. I punti blu hanno un valore basso dell’ingresso, i rossi alto, i grigi nessuno.',
      beeswarmTable: 'Effetto medio per valore, in log-odds',
      third: { low: 'Terzo basso', middle: 'In mezzo', high: 'Terzo alto', missing: 'Senza valore' },
      input: 'Ingresso',
      dependence: 'Come la risposta segue un ingresso',
      dependenceHint:
        'Effetti locali accumulati, in punti percentuali: che cosa fa alla risposta un cambio di questo solo ingresso, gli altri come sono.',
      effect: 'Effetto, punti',
      at: 'Valore',
      rows: 'Casi',
    },
    conformal: {
      heading: 'Quando non sa dirlo',
      lead: (target: string, undecided: string, size: string) =>
        `Ogni risposta porta l’insieme degli esiti che non esclude, fatto per contenere quello vero nel ${target} dei casi. Nel ${undecided} dei casi non ne resta esattamente uno, quindi non sa dirlo; in media ne restano ${size}.`,
      outcome: 'Esito',
      rows: 'Casi',
      covered: 'L’insieme lo contiene',
      below: 'sotto la promessa',
      names: {
        no: 'Non ottenuto',
        yes: 'Ottenuto',
        completes: 'Completa la classe',
        'leaves or fails': 'La lascia o non la supera',
      },
    },
    fairness: {
      heading: 'Equità',
      never:
        'Nessuno di questi attributi è mai un ingresso di un modello. Si leggono solo per questo rapporto, su studenti tenuti da parte.',
      threshold: (share: string) => `Uno studente conta come segnalato da una risposta del ${share} in su.`,
      group: 'Gruppo',
      learners: 'Studenti',
      suppressed: 'Non mostrato',
      reasons: {
        'few learners': 'troppo pochi studenti per dire qualcosa senza indicare qualcuno',
        'few positives': 'è successo a troppo pochi di loro',
        'few negatives': 'è successo a tutti tranne troppo pochi',
        'protects another': 'nascosto perché dal totale non si ricavi un gruppo più piccolo',
      },
      gaps: 'La differenza più grande fra due gruppi',
      clear: 'netta',
      unclear: 'può essere il caso',
      attributes: {
        gender: 'Genere',
        disability: 'Disabilità',
        imd_band: 'Disagio del quartiere',
        deprivation: 'Disagio del quartiere',
        region: 'Regione',
        age_band: 'Età',
        age: 'Età',
        origin: 'Origine',
      },
      measures: {
        baseRate: 'Succede a',
        flaggedShare: 'Segnalati',
        truePositiveRate: 'Trovati, fra quelli a cui succede',
        falseAlarmRate: 'Falsi allarmi, fra gli altri',
        precision: 'Giusti, fra i segnalati',
        said: 'Probabilità data, media',
        calibration: 'Probabilità data meno avverata',
        auc: 'AUC',
      },
    },
    waiting: {
      heading: 'Una versione più nuova aspetta una persona',
      lead: 'L’addestramento non l’ha messa al lavoro da sé. Finché nessuno decide, continua quella attuale.',
      reason: 'Che cosa dice l’addestramento',
      gaps: 'Differenze fra gruppi',
      attribute: 'Attributo',
      measure: 'Misura',
      present: 'Modello attuale',
      newer: 'Questa versione',
      use: 'Usa comunque questo modello',
      sure: 'Ho letto ciò che parla contro e rispondo della scelta.',
      confirm: 'Mettila al lavoro',
      keeps: 'La versione conserva il tuo nome e il giorno. Tutti gli studenti vengono rivalutati.',
      sureNeeded: 'Prima spunta la casella.',
      notFound: 'Questa versione non c’è, o non si può mettere al lavoro.',
      done: 'La versione è al lavoro. Gli studenti vengono rivalutati.',
    },
  },
});

/** Which model answers, why, and the weight each member has in a stack. */
export interface Served {
  readonly name: string;
  readonly because: string;
  readonly members: readonly { readonly name: string; readonly weight: number | null }[];
}

/** What people call a member of a stack; the id of one nobody has named. */
export function memberName(locale: Locale, id: string): string {
  const names: Readonly<Record<string, string>> = modelCardWords[locale].served.names;
  return names[id] ?? id;
}

/** Which model answers and why, in a sentence or two. */
export function servedSentence(locale: Locale, { name, because, members }: Served): string {
  const t = modelCardWords[locale].served;
  if (because === 'stack best') return t.stack(weighedMembers(locale, members));
  return (because === 'member best' ? t.member : t.only)(memberName(locale, name));
}

/** `CatBoost (41%) and XGBoost (31%)`, the heaviest first; weights that are no shares stay numbers. */
function weighedMembers(locale: Locale, members: Served['members']): string {
  const isShare = members.every(({ weight }) => (weight ?? 0) >= 0 && (weight ?? 0) <= 1);
  const said = members
    .toSorted((a, b) => (b.weight ?? 0) - (a.weight ?? 0))
    .map(({ name, weight }) => {
      if (weight === null) return memberName(locale, name);
      const shown = isShare ? formatShare(locale, weight) : formatNumber(locale, weight, 2);
      return `${memberName(locale, name)} (${shown})`;
    });
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(said);
}
