import { describe, expect, test } from 'vitest';
import { explanationView, marginOf, waterfallOf } from './explanation.ts';

const explanation = {
  base: -1,
  contributions: [
    { feature: 'days-since-active', value: 12, effect: 1.5 },
    { feature: 'hand-ins-28', value: null, effect: -0.25 },
  ],
  rest: 0.1,
};
const sigmoid = (margin: number) => 1 / (1 + Math.exp(-margin));

describe('a waterfall', () => {
  test('leads from the average answer to this one without a gap', () => {
    const steps = waterfallOf(explanation, sigmoid(0.35), 'en');
    expect(steps.map(({ kind }) => kind)).toEqual(['base', 'effect', 'effect', 'rest', 'answer']);
    expect(steps[0].to).toBeCloseTo(sigmoid(-1), 12);
    expect(steps[1]).toMatchObject({ words: 'Days since last active', value: '12 days', effect: 1.5 });
    expect(steps[2].value).toBeNull();
    for (const [i, { from }] of steps.slice(1).entries()) expect(from).toBeCloseTo(steps[i].to, 12);
  });

  test('says where calibration moved the answer', () => {
    const steps = waterfallOf(explanation, 0.7, 'it');
    expect(steps.at(-2)).toMatchObject({ kind: 'calibration', to: 0.7 });
    expect(steps.at(-1)).toMatchObject({ kind: 'answer', words: 'La risposta', to: 0.7 });
  });

  test('is not drawn where its lines would not add up', () => {
    const { base, contributions } = explanation;
    expect(waterfallOf({ base, contributions }, 0.5, 'en')).toEqual([]);
    expect(marginOf({ base, contributions })).toBeNull();
    expect(marginOf(explanation)).toBeCloseTo(0.35, 12);
  });
});

test('an old score has nothing new to say', () => {
  const { base, contributions } = explanation;
  const scoredAt = new Date('2026-03-01T08:00:00Z');
  const score = { value: 0.5, explanation: { base, contributions }, modelVersion: 'v1', scoredAt };
  expect(explanationView(score, 'en')).toEqual({
    sureness: null,
    helps: [],
    waterfall: [],
    attention: [],
    audit: { base: -1, margin: null, probability: 0.5, modelVersion: 'v1', dataAsOf: scoredAt },
  });
});

test('helps and conformal sets become words', () => {
  const helps = [{ changes: [{ feature: 'overdue', from: 2, to: 0 }], before: 0.62, after: 0.41 }];
  const score = {
    value: 0.62,
    explanation: { ...explanation, classes: [0, 1], helps },
    modelVersion: 'v2',
    scoredAt: new Date(0),
  };
  expect(explanationView(score, 'it')).toMatchObject({
    sureness: 'cannot tell',
    helps: ['Con 2 consegne scadute recuperate la probabilità scenderebbe da 62% a 41%.'],
  });
});
