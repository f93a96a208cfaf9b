import { describe, expect, it } from 'vitest';
import { readLightgbmText, readXgboostJson } from '#lib/ml/trees/exchange/index.ts';
import { prepareInteractions, prepareInterventional, prepareShap } from '#lib/ml/trees/index.ts';
import { type GoldenExplain, type GoldenInteractions, matrixOf, readGolden } from './golden.ts';

const golden = readGolden<GoldenInteractions>('interactions');

// XGBoost explains in float32.
const floatNoise = 1e-6;

describe.each(Object.entries(golden.cases))('against XGBoost 1.7.4: %s', (_, told) => {
  const { model } = readXgboostJson(told.model);
  const { rows, columns } = golden;
  const x = matrixOf(columns, golden.x);
  const line = columns + 1;

  it('explains as pred_contribs does', () => {
    for (let output = 0; output < model.outputs; output++) {
      const { base, contributions } = prepareShap(model, output)(x);
      for (let row = 0; row < rows; row++) {
        const first = (row * model.outputs + output) * line;
        expect(Math.abs(base - told.contributions[first + columns])).toBeLessThan(floatNoise);
        for (let c = 0; c < columns; c++)
          expect(Math.abs(contributions[row * columns + c] - told.contributions[first + c])).toBeLessThan(floatNoise);
      }
    }
  });

  it('finds the interactions of pred_interactions', () => {
    for (let output = 0; output < model.outputs; output++) {
      const { interactions } = prepareInteractions(model, output)(x);
      interactions.forEach((value, i) => {
        const [row, a, b] = [Math.floor(i / columns ** 2), Math.floor(i / columns) % columns, i % columns];
        const expected = told.interactions[((row * model.outputs + output) * line + a) * line + b];
        expect(Math.abs(value - expected)).toBeLessThan(floatNoise);
      });
    }
  });
});

it('explains against a background as shap 0.51 does', () => {
  const told = readGolden<GoldenExplain>('explain').interventional;
  const { model } = readLightgbmText(told.model);
  const background = matrixOf(told.columns, told.background);
  const { base, contributions } = prepareInterventional(model, background)(matrixOf(told.columns, told.x));
  expect(Math.abs(base - told.base)).toBeLessThan(1e-6);
  contributions.forEach((value, i) => expect(Math.abs(value - told.contributions[i])).toBeLessThan(1e-6));
});
