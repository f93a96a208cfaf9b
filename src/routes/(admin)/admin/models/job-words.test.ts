import { expect, test } from 'vitest';
import { jobLines } from './job-words.ts';

test('a running training says its step in the reader’s words', () => {
  expect(jobLines('at-risk: learning', 'it')).toEqual(['Allerta precoce: sta imparando']);
});

test('a finished training says what became of each model', () => {
  const message =
    'engagement-level: champion. the first model of this task badge-chance: refused. log loss 1.2 does not beat 1.1';
  expect(jobLines(message, 'en')).toEqual(['Pace: Scores now', 'Chance of a badge: Refused']);
});

test('what has no translation stays as it is', () => {
  expect(jobLines('at-risk: train: expected at least 40 rows, got 3', 'en')).toEqual([
    'Early warning: train: expected at least 40 rows, got 3',
  ]);
  expect(jobLines('connection lost', 'it')).toEqual(['connection lost']);
});

test('what became of the small model stands in a line of its own', () => {
  const message =
    'badge-chance: champion. beats the base rate badge-preview: champion. rank correlation 0.97';
  expect(jobLines(message, 'it')).toEqual([
    'Probabilità di un distintivo: Valuta ora',
    'Piccolo modello per la pagina dello studente: In uso',
  ]);
});

test('the model of paths has a name, too', () => {
  expect(jobLines('learner-paths: learning', 'it')).toEqual(['Percorsi simili: sta imparando']);
});
