import { expect, test } from 'vitest';
import { modelSaid } from './model-said.ts';

const contributions = [{ feature: 'active-days-28', value: 14, effect: 0.8 }];
const model = {
  task: 'badge-chance',
  version: 'v7',
  chance: 0.62,
  explanation: { base: -1, contributions, rest: 0.1 },
};

test('a decision tells what a model answered at the time', () => {
  expect(modelSaid({ parts: [], model }, 'en')).toEqual({
    task: 'Chance of a badge',
    version: 'v7',
    chance: 0.62,
    reasons: [{ words: 'Active days in the last 28 days', value: '14 days', direction: 'raises' }],
  });
});

test('a decision without a model tells nothing', () => {
  for (const evidence of [null, 'by hand', { parts: [] }, { model: { ...model, task: 'stars' } }])
    expect(modelSaid(evidence, 'it')).toBeNull();
});
