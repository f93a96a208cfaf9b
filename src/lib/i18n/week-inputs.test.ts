import { describe, expect, it } from 'vitest';
import { inputName } from './model-inputs.ts';

describe('the words for weeks', () => {
  it('tell a week by the day it began', () => {
    expect(inputName('activity-week-2026-11-03', 'it')).toBe('Attività della settimana del 3 novembre');
    expect(inputName('activity-week-2026-11-08', 'it')).toBe('Attività della settimana dell’8 novembre');
    expect(inputName('activity-week-2026-11-11', 'it')).toBe('Attività della settimana dell’11 novembre');
    expect(inputName('activity-week-2026-11-03', 'en')).toBe('Activity in the week of November 3');
  });

  it('tell a number of a week by how long ago it was', () => {
    expect(inputName('week-01-hand-ins', 'it')).toBe('Consegne, ultima settimana');
    expect(inputName('week-04-mean-mark', 'en')).toBe('Mean mark, 4 weeks ago');
    expect(inputName('weeks-known', 'it')).toBe('Settimane nel corso finora');
  });

  it('leave to others what is of no week', () => {
    expect(inputName('week-02-nonsense', 'it')).toBeNull();
  });
});
