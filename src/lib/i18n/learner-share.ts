import { words } from './index.ts';

/** Showing a badge to others: made on the device, told by the learner alone. */
export const shareWords = words({
  en: {
    heading: (badge: string) => `Share “${badge}”`,
    image: (badge: string) => `A picture of the badge “${badge}” with what it is for`,
    drawing: 'The picture is being drawn …',
    withName: (name: string) => `Write my name on it: ${name}`,
    send: 'Share …',
    save: 'Save the picture',
    copy: 'Copy the words',
    copied: 'The words are copied.',
    saved: 'The picture is saved.',
    failed: 'This browser did not let it happen. Save the picture instead.',
    noPicture: 'This browser cannot draw the picture. The words can still be copied.',
    private: 'Drawn on your device. Merito publishes nothing: whoever you send it to sees it, nobody else.',
    text: (badge: string, what: string, rarity: string) => `I earned the badge “${badge}”. ${what} ${rarity}`,
    heldBy: (rarity: string, share: string) => `${rarity}: ${share} of my school have it.`,
    earnedBy: (name: string) => `Earned by ${name}`,
    earned: 'Earned',
    close: 'Close',
  },
  it: {
    heading: (badge: string) => `Condividi «${badge}»`,
    image: (badge: string) => `Un’immagine del distintivo «${badge}» con ciò per cui si ottiene`,
    drawing: 'L’immagine si sta disegnando …',
    withName: (name: string) => `Scrivi il mio nome: ${name}`,
    send: 'Condividi …',
    save: 'Salva l’immagine',
    copy: 'Copia le parole',
    copied: 'Le parole sono copiate.',
    saved: 'L’immagine è salvata.',
    failed: 'Questo browser non lo ha permesso. Puoi salvare l’immagine.',
    noPicture: 'Questo browser non riesce a disegnare l’immagine. Le parole si possono copiare lo stesso.',
    private:
      'Disegnata sul tuo dispositivo. Merito non pubblica nulla: la vede chi la riceve da te, nessun altro.',
    text: (badge: string, what: string, rarity: string) =>
      `Ho ottenuto il distintivo «${badge}». ${what} ${rarity}`,
    heldBy: (rarity: string, share: string) => `${rarity}: nella mia scuola ce l’ha il ${share}.`,
    earnedBy: (name: string) => `Ottenuto da ${name}`,
    earned: 'Ottenuto',
    close: 'Chiudi',
  },
});
