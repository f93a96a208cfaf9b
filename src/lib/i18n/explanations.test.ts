import { describe, expect, test } from 'vitest';
import { chanceWords } from './chance-words.ts';
import { helpForLearner, helpForTeacher, surenessOf } from './explanations.ts';
import { locales } from './index.ts';

const help = { changes: [{ feature: 'on-time-row', from: 0, to: 2 }], before: 0.62, after: 0.41 };

describe('what would help', () => {
  test('tells a teacher how far the chance would move', () => {
    expect(helpForTeacher('en', help)).toBe(
      'With 2 more on-time hand-ins in a row the chance would fall from 62% to 41%.',
    );
    expect(helpForTeacher('it', help)).toBe(
      'Con 2 consegne puntuali di fila in più la probabilità scenderebbe da 62% a 41%.',
    );
    expect(helpForTeacher('en', { ...help, before: 0.2, after: 0.3 })).toContain('rise from 20% to 30%');
  });

  test('tells a learner in people of a hundred', () => {
    const towards = { changes: [{ feature: 'active-days-28', from: 9, to: 12 }], before: 0.4, after: 0.58 };
    expect(helpForLearner('en', towards)).toBe(
      'With 3 more active days over 28 days you would stand where about 58 of 100 earn it. Today: 40.',
    );
    expect(helpForLearner('it', towards)).toBe(
      'Con 3 giorni attivi in più in 28 giorni saresti dove circa 58 su 100 lo ottengono. Oggi: 40.',
    );
  });

  test('does not hold a small chance up to a learner', () => {
    const far = { changes: [{ feature: 'posts-91', from: 0, to: 4 }], before: 0.01, after: 0.2 };
    expect(helpForLearner('en', far)).toMatch(/about 20 of 100 earn it\.$/);
  });
});

test('a set of one class is a firm answer, of two or none the model cannot tell', () => {
  expect(surenessOf([1])).toBe('expects it');
  expect(surenessOf([0])).toBe('rules it out');
  expect(surenessOf([0, 1])).toBe('cannot tell');
  expect(surenessOf([])).toBe('unlike any');
});

test('no word for learners speaks of risk or failure', () => {
  for (const locale of locales) {
    const said = JSON.stringify(Object.values(chanceWords[locale]).map(String));
    expect(said).not.toMatch(/risk|fail|rischio|fallir|bocciat/i);
  }
});
