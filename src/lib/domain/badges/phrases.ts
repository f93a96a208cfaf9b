import type { Bilingual } from '../features/feature.ts';

/**
 * How a condition reads. `{q}` is the quantity with its comparison (at least 12), `{w}` the window (in the last 28
 * days), `{of}` the window as a whole of days (of the last 28 days), `[one|many]` agrees with the number.
 */
export interface Phrase extends Bilingual {
  /** For the whole past, where the words differ. */
  readonly wholePast?: Bilingual;
  /** For "at most 0", where there is a plainer way to say it. */
  readonly none?: Bilingual;
}

/** By measure; one that is absent reads by its name. */
export const phrases: Readonly<Record<string, Phrase>> = {
  events: { it: '{q} attività {w}', en: '{q} [activity|activities] {w}' },
  quantity: { it: '{q} fra pagine, clic ed esercizi {w}', en: '{q} pages, clicks and exercises {w}' },
  hours: { it: '{q} [ora|ore] di lavoro {w}', en: '{q} [hour|hours] of work {w}' },
  practices: { it: '{q} [esercizio|esercizi] senza voto {w}', en: '{q} ungraded [exercise|exercises] {w}' },
  'days-since-active': { it: 'ultima attività {q} [giorno|giorni] fa', en: 'last active {q} [day|days] ago' },
  'days-since-hand-in': {
    it: 'ultima consegna {q} [giorno|giorni] fa',
    en: 'last hand-in {q} [day|days] ago',
  },
  'days-known': { it: 'a scuola da {q} [giorno|giorni]', en: 'at the school for {q} [day|days]' },
  'active-days': {
    it: 'attività in {q} {of}',
    en: 'active on {q} {of}',
    wholePast: { it: 'attività in {q} [giorno|giorni] in tutto', en: 'active on {q} [day|days] in all' },
  },
  'school-day-share': {
    it: 'attività in {q} dei giorni di scuola {w}',
    en: 'active on {q} of school days {w}',
  },
  'active-weeks': { it: '{q} [settimana|settimane] con attività {w}', en: '{q} active [week|weeks] {w}' },
  'busiest-day-share': {
    it: '{q} del lavoro nel giorno più pieno {w}',
    en: '{q} of the work on the busiest day {w}',
  },
  streak: { it: '{q} [giorno|giorni] di scuola di fila', en: '{q} school [day|days] in a row' },
  'longest-streak': {
    it: 'una serie di {q} [giorno|giorni] di scuola di fila {w}',
    en: 'a run of {q} school [day|days] in a row {w}',
  },
  'week-streak': {
    it: '{q} [settimana|settimane] di scuola di fila con attività',
    en: '{q} active school [week|weeks] in a row',
  },
  'steady-week-streak': {
    it: '{q} [settimana|settimane] di scuola di fila con tre giorni attivi',
    en: '{q} school [week|weeks] in a row with three active days',
  },
  'weekly-slope': {
    it: 'una crescita di {q} attività a settimana {w}',
    en: 'growing by {q} [activity|activities] a week {w}',
  },
  'activity-change': {
    it: 'attività {of}: {q} [volta|volte] quella di prima',
    en: 'activity {of}: {q} [time|times] that of before',
  },
  'presence-change': {
    it: 'variazione della presenza {of} rispetto a prima: {q}',
    en: 'change in presence {of} against before: {q}',
  },
  'hand-ins': { it: '{q} [consegna|consegne] {w}', en: '{q} [hand-in|hand-ins] {w}' },
  'late-share': {
    it: '{q} delle consegne in ritardo {w}',
    en: '{q} of hand-ins late {w}',
    none: { it: 'nessuna consegna in ritardo {w}', en: 'no late hand-in {w}' },
  },
  'lead-days': {
    it: 'consegne in media con {q} [giorno|giorni] di anticipo {w}',
    en: 'hand-ins on average {q} [day|days] ahead of the deadline {w}',
  },
  'on-time-row': {
    it: '{q} [consegna puntuale|consegne puntuali] di fila',
    en: '{q} [hand-in|hand-ins] on time in a row',
  },
  scores: { it: '{q} [voto|voti] {w}', en: '{q} [mark|marks] {w}' },
  'mean-score': { it: 'media dei voti di {q} {w}', en: 'average mark of {q} {w}' },
  'lowest-score': { it: 'voto più basso di {q} {w}', en: 'lowest mark of {q} {w}' },
  'last-score': { it: 'ultimo voto di {q}', en: 'latest mark of {q}' },
  'score-slope': {
    it: 'voti in crescita di {q} [punto|punti] a settimana {w}',
    en: 'marks rising by {q} [point|points] a week {w}',
  },
  'best-gain': {
    it: 'un salto di {q} [punto|punti] fra due voti {w}',
    en: 'a leap of {q} [point|points] between two marks {w}',
  },
  'high-score-share': { it: '{q} di voti alti (da 85) {w}', en: '{q} high marks (85 and up) {w}' },
  kinds: { it: '{q} [modo|modi] diversi di lavorare {w}', en: '{q} different [way|ways] of working {w}' },
  'kind-entropy': {
    it: 'equilibrio fra i modi di lavorare di {q} bit {w}',
    en: 'balance between ways of working of {q} [bit|bits] {w}',
  },
  'class-activity-ratio': {
    it: 'attività pari a {q} [volta|volte] quella media della classe {w}',
    en: '{q} [time|times] the activity of an average classmate {w}',
  },
  'class-score-difference': {
    it: 'media sopra quella della classe di {q} [punto|punti] {w}',
    en: 'average above that of the class by {q} [point|points] {w}',
  },
  sessions: { it: '{q} [sessione|sessioni] di lavoro {w}', en: '{q} working [session|sessions] {w}' },
  'sessions-per-day': {
    it: '{q} [sessione|sessioni] per giorno attivo {w}',
    en: '{q} [session|sessions] per active day {w}',
  },
  'night-share': {
    it: '{q} del lavoro di notte {w}',
    en: '{q} of the work at night {w}',
    none: { it: 'niente lavoro di notte {w}', en: 'no work at night {w}' },
  },
  'weekend-share': {
    it: '{q} dei giorni attivi nel fine settimana {w}',
    en: '{q} of active days at weekends {w}',
  },
  'longest-gap': {
    it: 'una pausa di {q} [giorno|giorni] di scuola {w}',
    en: 'a break of {q} school [day|days] {w}',
  },
  comebacks: {
    it: '{q} [ritorno|ritorni] dopo due settimane di pausa {w}',
    en: '{q} [comeback|comebacks] after a break of two weeks {w}',
    none: { it: 'nessun ritorno dopo una lunga pausa {w}', en: 'no comeback after a long break {w}' },
  },
  helps: { it: '{q} [aiuto|aiuti] ai compagni {w}', en: '{q} [time|times] helping a classmate {w}' },
  posts: { it: '{q} [messaggio|messaggi] nel forum {w}', en: '{q} forum [post|posts] {w}' },
  'group-work': {
    it: '{q} [lavoro|lavori] di gruppo {w}',
    en: '{q} [time|times] working in a group {w}',
  },
  'attendance-rate': { it: 'presenza a {q} delle lezioni {w}', en: 'attendance at {q} of lessons {w}' },
  'attendance-row': {
    it: '{q} [giorno|giorni] di lezione di fila senza assenze',
    en: '{q} lesson [day|days] in a row without absence',
  },
};
