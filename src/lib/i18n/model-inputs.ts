import { activityKinds, type ActivityKind } from '#lib/domain/activity/event.ts';
import type { Bilingual } from '#lib/domain/features/feature.ts';
import { featureCatalogue, featureName } from '#lib/domain/features/index.ts';
import type { Locale } from './index.ts';
import { weekInputName } from './week-inputs.ts';

// What models read besides the features of the catalogue, in words for teachers and admins.

const kinds: Readonly<Record<ActivityKind, Bilingual>> = {
  attend: { it: 'Lezioni seguite', en: 'Lessons attended' },
  absence: { it: 'Assenze', en: 'Absences' },
  view: { it: 'Aperture della pagina del corso', en: 'Visits to the course page' },
  browse: { it: 'Pagine sfogliate', en: 'Pages browsed' },
  read: { it: 'Contenuti letti o guardati', en: 'Contents read or watched' },
  resource: { it: 'File aperti', en: 'Files opened' },
  forum: { it: 'Letture del forum', en: 'Forum visits' },
  link: { it: 'Collegamenti esterni seguiti', en: 'Outside links followed' },
  practice: { it: 'Esercizi provati', en: 'Exercises tried' },
  collaborate: { it: 'Lavori con altri', en: 'Work with others' },
  lookup: { it: 'Consultazioni', en: 'Look-ups' },
  post: { it: 'Messaggi nel forum', en: 'Forum posts' },
  help: { it: 'Aiuti ai compagni', en: 'Help given to classmates' },
  submit: { it: 'Consegne', en: 'Hand-ins' },
  grade: { it: 'Voti', en: 'Grades' },
  enrol: { it: 'Iscrizioni', en: 'Enrolments' },
  withdraw: { it: 'Ritiri', en: 'Withdrawals' },
};

const others: Readonly<Record<string, Bilingual>> = {
  'engagement-now': { it: 'Impegno nelle ultime quattro settimane', en: 'Engagement in the last four weeks' },
  'school-days-ahead': {
    it: 'Giorni di scuola nelle prossime quattro settimane',
    en: 'School days in the coming four weeks',
  },
  'badges-held': { it: 'Distintivi già ottenuti', en: 'Badges already earned' },
  'badge-rate': { it: 'Quanto spesso il distintivo si ottiene', en: 'How often the badge is earned' },
  'badge-progress': { it: 'Avanzamento verso il distintivo', en: 'Progress towards the badge' },
  'badge-progress-gained': {
    it: 'Avanzamento delle ultime quattro settimane',
    en: 'Progress of the last four weeks',
  },
  'badge-missing': { it: 'Condizioni che mancano', en: 'Conditions still missing' },
  'badge-rarity': { it: 'Rarità del distintivo', en: 'Rarity of the badge' },
  'badge-tier': { it: 'Livello del distintivo', en: 'Tier of the badge' },
  'badge-effort-days': { it: 'Giorni di lavoro del distintivo', en: 'Days of work the badge takes' },
  'badge-family-constancy': { it: 'Distintivo di costanza', en: 'A badge of constancy' },
  'badge-family-growth': { it: 'Distintivo di crescita', en: 'A badge of growth' },
  'badge-family-mastery': { it: 'Distintivo di padronanza', en: 'A badge of mastery' },
  'badge-family-collaboration': { it: 'Distintivo di collaborazione', en: 'A badge of collaboration' },
  'badge-family-courage': { it: 'Distintivo di coraggio', en: 'A badge of courage' },
  'class-day': { it: 'Giorno del corso', en: 'Day of the course' },
  'class-share-gone': { it: 'Parte del corso già trascorsa', en: 'Share of the course gone by' },
  'days-joined-before-start': { it: 'Anticipo dell’iscrizione', en: 'Days enrolled before the start' },
  'quantity-before-start': { it: 'Attività prima dell’inizio', en: 'Activity before the start' },
  'quantity-since-start': { it: 'Attività dall’inizio del corso', en: 'Activity since the course began' },
  'quantity-last-14': { it: 'Attività degli ultimi 14 giorni', en: 'Activity of the last 14 days' },
  'quantity-since-start-per-active-day': {
    it: 'Attività per giorno attivo',
    en: 'Activity on an active day',
  },
  'active-days-since-start': { it: 'Giorni attivi dall’inizio', en: 'Active days since the start' },
  'hand-ins-since-start': { it: 'Consegne dall’inizio', en: 'Hand-ins since the start' },
  overdue: { it: 'Consegne scadute e mancanti', en: 'Hand-ins overdue' },
  'days-since-due': { it: 'Giorni dall’ultima scadenza', en: 'Days since the last deadline' },
};

const soFar: Bilingual = { it: 'nel corso finora', en: 'in the course so far' };
const atEnrolment: Bilingual = { it: 'Noto all’iscrizione', en: 'Known at enrolment' };

const words: ReadonlyMap<string, Bilingual> = new Map([
  ...featureCatalogue.map((feature) => [feature.id, featureName(feature)] as const),
  ...activityKinds.map((kind) => [`${kind}-so-far`, join(kinds[kind], ' ', soFar)] as const),
  ...Object.entries(others),
]);

function join(a: Bilingual, between: string, b: Bilingual): Bilingual {
  return { it: a.it + between + b.it, en: a.en + between + b.en };
}

/** `lastYearMean` and `last-year-mean` read `last year mean`. */
function plainWords(name: string): string {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]/g, ' ')
    .toLowerCase();
}

/** A model's input in words; null for one nobody has named. What is known at enrolment keeps the school's own word. */
export function inputName(id: string, locale: Locale): string | null {
  if (id.startsWith('background-')) return `${atEnrolment[locale]}: ${plainWords(id.slice(11))}`;
  return words.get(id)?.[locale] ?? weekInputName(id, locale);
}
