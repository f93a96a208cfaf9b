import { words } from './index.ts';

/** A learner's badges and weeks since they started. */
export const historyWords = words({
  en: {
    title: 'My history',
    lead: 'Every badge and every week since you started.',
    awards: 'Badges over time',
    activity: 'Activity by week',
    revoked: (date: string) => `Taken back on ${date}`,
    revokedReason: (reason: string) => `Reason: ${reason}`,
    empty: 'Nothing here yet',
    emptyHint: 'Badges and active weeks will line up here.',
  },
  it: {
    title: 'La mia storia',
    lead: 'Ogni distintivo e ogni settimana da quando hai cominciato.',
    awards: 'I distintivi nel tempo',
    activity: 'Attività per settimana',
    revoked: (date: string) => `Ritirato il ${date}`,
    revokedReason: (reason: string) => `Motivo: ${reason}`,
    empty: 'Qui non c’è ancora nulla',
    emptyHint: 'Distintivi e settimane attive si metteranno in fila qui.',
  },
});
