import { words } from './index.ts';

/** What is wrong with a what-if that was sent as a form. */
export const whatIfProblems = words({
  en: {
    outOfBounds: (field: string, least: number, most: number, value: string) =>
      `${field}: expected a whole number from ${least} to ${most}, got ${value}.`,
    notOffered: (field: string) => `${field}: not possible in that time.`,
    notATime: (value: string) => `Until when: expected one of the three choices, got ${value}.`,
  },
  it: {
    outOfBounds: (field: string, least: number, most: number, value: string) =>
      `${field}: serve un numero intero da ${least} a ${most}, non ${value}.`,
    notOffered: (field: string) => `${field}: in quel tempo non è possibile.`,
    notATime: (value: string) => `Entro quando: serve una delle tre scelte, non ${value}.`,
  },
});
