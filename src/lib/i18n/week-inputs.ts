import type { Bilingual } from '#lib/domain/features/feature.ts';
import { type Locale, words } from './index.ts';

// What networks read week by week, in words.

const channels: Readonly<Record<string, Bilingual>> = {
  events: { it: 'Attività', en: 'Things done' },
  'active-days': { it: 'Giorni attivi', en: 'Active days' },
  quantity: { it: 'Azioni', en: 'Actions' },
  minutes: { it: 'Minuti di lavoro', en: 'Minutes of work' },
  'hand-ins': { it: 'Consegne', en: 'Hand-ins' },
  late: { it: 'Consegne in ritardo', en: 'Late hand-ins' },
  marks: { it: 'Voti ricevuti', en: 'Marks received' },
  'mean-mark': { it: 'Voto medio', en: 'Mean mark' },
};

const known: Bilingual = { it: 'Settimane nel corso finora', en: 'Weeks in the course so far' };

/** What a network reads, in words: a week by its date or by how long ago it was; null for an input of no week. */
export function weekInputName(id: string, locale: Locale): string | null {
  if (id === 'weeks-known') return known[locale];
  const dated = /^activity-week-(\d{4}-\d\d-\d\d)$/.exec(id);
  if (dated) return activityOf(dated[1], locale);
  const [, week, channel] = /^week-(\d\d)-(.+)$/.exec(id) ?? [];
  const named = channels[channel];
  return named ? `${named[locale]}, ${weeksAgo(Number(week), locale)}` : null;
}

function activityOf(day: string, locale: Locale): string {
  const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', timeZone: 'UTC' });
  const shown = date.format(new Date(`${day}T00:00:00Z`));
  if (locale === 'en') return `Activity in the week of ${shown}`;
  // Italian elides before the numbers that begin with a vowel: l’8 and l’11.
  const isElided = shown.startsWith('8 ') || shown.startsWith('11 ');
  return `Attività della settimana ${isElided ? 'dell’' : 'del '}${shown}`;
}

function weeksAgo(week: number, locale: Locale): string {
  if (week === 1) return { it: 'ultima settimana', en: 'last week' }[locale];
  return { it: `${week} settimane fa`, en: `${week} weeks ago` }[locale];
}

/** Where a network looked, for teachers. */
export const attentionWords = words({
  en: {
    title: 'Weeks the model looked at most',
    hint: 'A hint, not an explanation: it shows where a part of the model looked, not whether a week raised or lowered the risk. What did is listed above.',
    week: 'Week from',
    share: 'Attention',
  },
  it: {
    title: 'Settimane che il modello ha guardato di più',
    hint: 'Un indizio, non una spiegazione: mostra dove una parte del modello ha guardato, non se una settimana ha alzato o abbassato il rischio. Che cosa lo ha fatto è scritto sopra.',
    week: 'Settimana dal',
    share: 'Attenzione',
  },
});
