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
