import { describe, expect, test } from 'vitest';
import { featureCatalogue } from '#lib/domain/features/index.ts';
import { changePhrase, changesPhrase, inputValue } from './changes.ts';
import { locales } from './index.ts';

describe('a change in words', () => {
  test('counts what can be counted, over its window', () => {
    const change = { feature: 'hand-ins-28', from: 1, to: 3 };
    expect(changePhrase('en', change)).toBe('2 more hand-ins over 28 days');
    expect(changePhrase('it', change)).toBe('2 consegne in più in 28 giorni');
    const one = { feature: 'sessions-28', from: 3, to: 2 };
    expect(changePhrase('en', one)).toBe('1 fewer working session over 28 days');
    expect(changePhrase('it', one)).toBe('1 sessione di lavoro in meno in 28 giorni');
  });

  test('says what is made up for when less is overdue', () => {
    const change = { feature: 'overdue', from: 2, to: 0 };
    expect(changePhrase('en', change)).toBe('2 overdue hand-ins made up for');
    expect(changePhrase('it', change)).toBe('2 consegne scadute recuperate');
  });

  test('rounds up to whole things, but lets hours be halves', () => {
    expect(changePhrase('en', { feature: 'active-days-7', from: 2, to: 3.4 })).toBe(
      '2 more active days over 7 days',
    );
    expect(changePhrase('it', { feature: 'hours-28', from: 2, to: 3.5 })).toBe(
      '1,5 ore di lavoro in più in 28 giorni',
    );
  });

  test('says how recent something would be instead of how old it is', () => {
    expect(changePhrase('en', { feature: 'days-since-active', from: 12, to: 0 })).toBe('some activity today');
    expect(changePhrase('it', { feature: 'days-since-hand-in', from: 20, to: 3 })).toBe(
      'una consegna negli ultimi 3 giorni',
    );
  });

  test('names both values of what cannot be counted', () => {
    expect(changePhrase('en', { feature: 'attendance-rate-28', from: 0.5, to: 0.9 })).toBe(
      '“Attendance in the last 28 days” at 90% instead of 50%',
    );
    expect(changePhrase('it', { feature: 'mean-score-91', from: 55, to: 62.5 })).toBe(
      '«Media dei voti negli ultimi 91 giorni» a 62,5 punti invece di 55 punti',
    );
  });

  test('joins several as the language does', () => {
    const changes = [
      { feature: 'hand-ins-28', from: 1, to: 3 },
      { feature: 'overdue', from: 1, to: 0 },
    ];
    expect(changesPhrase('en', changes)).toBe(
      '2 more hand-ins over 28 days and 1 overdue hand-in made up for',
    );
    expect(changesPhrase('it', changes)).toBe(
      '2 consegne in più in 28 giorni e 1 consegna scaduta recuperata',
    );
  });

  test('no feature is left without words, up or down', () => {
    for (const locale of locales)
      for (const { id } of featureCatalogue) {
        expect(changePhrase(locale, { feature: id, from: 1, to: 2 }), id).not.toContain(id);
        expect(changePhrase(locale, { feature: id, from: 2, to: 1 }), id).not.toContain('undefined');
      }
  });
});

test('a value carries the unit of its feature, and none when it has none', () => {
  expect(inputValue('en', 'days-since-active', 12)).toBe('12 days');
  expect(inputValue('it', 'late-share-91', 0.25)).toBe('25%');
  expect(inputValue('en', 'badge-progress', 0.45)).toBe('45%');
  expect(inputValue('it', 'overdue', 1.5)).toBe('1,5');
});
