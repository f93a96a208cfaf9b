import { words } from './index.ts';

/** What a page says about the device: no network, a copy, a new version. */
export const deviceWords = words({
  en: {
    offline: 'You are offline.',
    asOf: (when: string) => `As of ${when}.`,
    copy: 'The school’s server does not answer.',
    update: {
      ready: 'A new version is ready.',
      elsewhere: 'This page is from before the update.',
      take: 'Update',
      load: 'Load it again',
      later: 'Not now',
    },
  },
  it: {
    offline: 'Sei senza rete.',
    asOf: (when: string) => `Situazione del ${when}.`,
    copy: 'Il server della scuola non risponde.',
    update: {
      ready: 'C’è una nuova versione.',
      elsewhere: 'Questa pagina è di prima dell’aggiornamento.',
      take: 'Aggiorna',
      load: 'Ricarica',
      later: 'Non ora',
    },
  },
});
