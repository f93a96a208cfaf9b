import { expect, test } from 'vitest';
import { servedSentence } from './model-cards.ts';

const members = [
  { name: 'xgboost', weight: 0.31 },
  { name: 'catboost', weight: 0.63 },
  { name: 'forest', weight: 0.06 },
];

const stack = { name: 'stack', because: 'stack best' };

test('a stack names its members by weight', () => {
  expect(servedSentence('en', { ...stack, members })).toContain(
    'CatBoost (63%), XGBoost (31%), and Random forest (6%)',
  );
  expect(servedSentence('it', { ...stack, members })).toContain(
    'CatBoost (63%), XGBoost (31%) e Foresta casuale (6%)',
  );
});

test('weights that are no shares stay numbers', () => {
  const odd = [
    { name: 'xgboost', weight: 1.2 },
    { name: 'forest', weight: -0.25 },
  ];
  expect(servedSentence('en', { ...stack, members: odd })).toContain(
    'XGBoost (1.2) and Random forest (-0.25)',
  );
});

test('a member that serves alone was not beaten by the stack', () => {
  expect(servedSentence('en', { name: 'catboost', because: 'member best', members })).toMatch(
    /^CatBoost answers alone: .*stack/,
  );
  expect(servedSentence('it', { name: 'forest', because: 'only', members: [] })).toBe(
    'Risponde: Foresta casuale.',
  );
});
