import type { Unit } from '#lib/domain/features/feature.ts';
import { featureCatalogue, measureInfo } from '#lib/domain/features/index.ts';
import { formatNumber } from './format.ts';
import { type Locale, plural } from './index.ts';
import { formatMeasured } from './measures.ts';
import { inputName } from './model-inputs.ts';

// A change of one input as a noun phrase that stands after "with": `2 more hand-ins`, `1 scadenza mancata in meno`.

/** One input of a model moved from one value to another. */
export interface Change {
  readonly feature: string;
  readonly from: number;
  readonly to: number;
}

type Forms = readonly [one: string, other: string];
type Counted = Readonly<Record<Locale, Forms>>;

const features = new Map(featureCatalogue.map((feature) => [feature.id, feature]));

const activeDays: Counted = { en: ['active day', 'active days'], it: ['giorno attivo', 'giorni attivi'] };
const handIns: Counted = { en: ['hand-in', 'hand-ins'], it: ['consegna', 'consegne'] };
const actions: Counted = { en: ['action', 'actions'], it: ['azione', 'azioni'] };
const exercises: Counted = {
  en: ['exercise tried', 'exercises tried'],
  it: ['esercizio provato', 'esercizi provati'],
};
const posts: Counted = {
  en: ['forum post', 'forum posts'],
  it: ['messaggio nel forum', 'messaggi nel forum'],
};
const helpsGiven: Counted = {
  en: ['time helping a classmate', 'times helping a classmate'],
  it: ['aiuto ai compagni', 'aiuti ai compagni'],
};
const groupWork: Counted = {
  en: ['piece of work with others', 'pieces of work with others'],
  it: ['lavoro con altri', 'lavori con altri'],
};

/** What can be counted, by measure or by input. Everything else is said by its two values. */
const counted: Readonly<Record<string, Counted>> = {
  events: { en: ['thing done', 'things done'], it: ['attività svolta', 'attività svolte'] },
  quantity: actions,
  hours: { en: ['hour of work', 'hours of work'], it: ['ora di lavoro', 'ore di lavoro'] },
  practices: exercises,
  'active-days': activeDays,
  'active-weeks': { en: ['active week', 'active weeks'], it: ['settimana attiva', 'settimane attive'] },
  streak: { en: ['day in a row', 'days in a row'], it: ['giorno di fila', 'giorni di fila'] },
  'week-streak': { en: ['week in a row', 'weeks in a row'], it: ['settimana di fila', 'settimane di fila'] },
  'steady-week-streak': {
    en: ['steady week in a row', 'steady weeks in a row'],
    it: ['settimana costante di fila', 'settimane costanti di fila'],
  },
  'hand-ins': handIns,
  'on-time-row': {
    en: ['on-time hand-in in a row', 'on-time hand-ins in a row'],
    it: ['consegna puntuale di fila', 'consegne puntuali di fila'],
  },
  kinds: { en: ['way of working', 'ways of working'], it: ['modo di lavorare', 'modi di lavorare'] },
  sessions: { en: ['working session', 'working sessions'], it: ['sessione di lavoro', 'sessioni di lavoro'] },
  helps: helpsGiven,
  posts,
  'group-work': groupWork,
  'attendance-row': {
    en: ['lesson day without absence', 'lesson days without absence'],
    it: ['giorno di lezione senza assenze', 'giorni di lezione senza assenze'],
  },
  'quantity-since-start': actions,
  'quantity-last-14': actions,
  'active-days-since-start': activeDays,
  'hand-ins-since-start': handIns,
  overdue: {
    en: ['overdue hand-in', 'overdue hand-ins'],
    it: ['consegna scaduta', 'consegne scadute'],
  },
  'attend-so-far': {
    en: ['lesson attended', 'lessons attended'],
    it: ['lezione seguita', 'lezioni seguite'],
  },
  'read-so-far': {
    en: ['content read or watched', 'contents read or watched'],
    it: ['contenuto letto o guardato', 'contenuti letti o guardati'],
  },
  'resource-so-far': { en: ['file opened', 'files opened'], it: ['file aperto', 'file aperti'] },
  'practice-so-far': exercises,
  'collaborate-so-far': groupWork,
  'post-so-far': posts,
  'help-so-far': helpsGiven,
  'submit-so-far': handIns,
};

/** The units of inputs outside the catalogue, where they have one. */
const otherUnits: Readonly<Record<string, Unit>> = {
  'school-days-ahead': 'days',
  'badge-rate': 'share',
  'badge-progress': 'share',
  'badge-progress-gained': 'share',
  'badge-effort-days': 'days',
  'class-share-gone': 'share',
  'days-joined-before-start': 'days',
  'active-days-since-start': 'days',
  'days-since-due': 'days',
};

/** Measures of how long ago something was: less of them means doing it again. */
const sinceLast: Readonly<Record<string, Readonly<Record<Locale, string>>>> = {
  'days-since-active': { en: 'some activity', it: 'qualche attività' },
  'days-since-hand-in': { en: 'a hand-in', it: 'una consegna' },
};

/** What is made up for when it grows fewer. */
const madeUp: Readonly<Record<string, Counted>> = {
  overdue: {
    en: ['overdue hand-in made up for', 'overdue hand-ins made up for'],
    it: ['consegna scaduta recuperata', 'consegne scadute recuperate'],
  },
};

const connecting = {
  en: {
    exactly: (n: string, things: string) => `${n} ${things}`,
    more: (n: string, things: string) => `${n} more ${things}`,
    fewer: (n: string, things: string) => `${n} fewer ${things}`,
    over: (days: number) => ` over ${days} days`,
    instead: (name: string, to: string, from: string) => `“${name}” at ${to} instead of ${from}`,
    today: (thing: string) => `${thing} today`,
    within: (thing: string, days: number) => `${thing} in the last ${days} days`,
  },
  it: {
    exactly: (n: string, things: string) => `${n} ${things}`,
    more: (n: string, things: string) => `${n} ${things} in più`,
    fewer: (n: string, things: string) => `${n} ${things} in meno`,
    over: (days: number) => ` in ${days} giorni`,
    instead: (name: string, to: string, from: string) => `«${name}» a ${to} invece di ${from}`,
    today: (thing: string) => `${thing} oggi`,
    within: (thing: string, days: number) => `${thing} negli ultimi ${days} giorni`,
  },
} as const;

/** A value of a model's input with its unit, where it has one. */
export function inputValue(locale: Locale, feature: string, value: number): string {
  const known = features.get(feature);
  const unit = known ? measureInfo(known.measure).unit : otherUnits[feature];
  return unit ? formatMeasured(locale, value, unit) : formatNumber(locale, value, 2);
}

/** Changes that go together: `2 more hand-ins over 28 days and 1 fewer overdue hand-in`. */
export function changesPhrase(locale: Locale, changes: readonly Change[]): string {
  const phrases = changes.map((change) => changePhrase(locale, change));
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(phrases);
}

export function changePhrase(locale: Locale, change: Change): string {
  const { feature, from, to } = change;
  const measure = features.get(feature)?.measure ?? feature;
  const again = sinceLast[measure]?.[locale];
  if (again && to < from) return againPhrase(locale, again, to);
  const made = madeUp[measure]?.[locale];
  if (made && to < from) return countPhrase(locale, change, made, connecting[locale].exactly);
  const forms = counted[measure]?.[locale];
  const { more, fewer } = connecting[locale];
  if (forms) return countPhrase(locale, change, forms, to > from ? more : fewer);
  const name = inputName(feature, locale) ?? feature;
  const [before, after] = [inputValue(locale, feature, from), inputValue(locale, feature, to)];
  return connecting[locale].instead(name, after, before);
}

function againPhrase(locale: Locale, thing: string, days: number): string {
  const t = connecting[locale];
  return days < 1 ? t.today(thing) : t.within(thing, Math.max(2, Math.ceil(days)));
}

function countPhrase(
  locale: Locale,
  { feature, from, to }: Change,
  [one, other]: Forms,
  say: (n: string, things: string) => string,
): string {
  const isHours = features.get(feature)?.measure === 'hours';
  // Half a hand-in cannot be handed in; half an hour can be worked.
  const count = isHours ? Math.abs(to - from) : Math.ceil(Math.abs(to - from));
  const things = plural(locale, count, { one, other });
  const said = say(formatNumber(locale, count, isHours ? 1 : 0), things);
  const window = features.get(feature)?.window ?? null;
  return window === null ? said : said + connecting[locale].over(window);
}
