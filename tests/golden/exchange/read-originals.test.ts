import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLightgbmText, readXgboostJson, writeLightgbmText, writeXgboostJson } from '#lib/ml/trees/exchange/index.ts';
import { checkTreeModel, predictMargins } from '#lib/ml/trees/index.ts';
import { readMargins } from './margins.ts';

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');

const fromXgboost = ['binary', 'one-hot', 'softprob', 'poisson', 'squared', 'cox', 'ranking', 'forest'];
const fromLightgbm = [
  'leaf-binary',
  'leaf-numeric',
  'leaf-multiclass',
  'leaf-regression',
  'leaf-poisson',
  'leaf-ranking',
];

describe.each(fromXgboost)('XGBoost: %s', (name) => {
  const { model, names, madeBy } = readXgboostJson(read(`${name}.xgboost.json`));
  const { x, margins } = readMargins(name);

  it('answers bit for bit as the original', () => {
    expect(checkTreeModel(model)).toBe(model);
    expect([...predictMargins(model, x)]).toEqual(margins);
    expect(names).toEqual(['days', 'marks', 'work', 'kind', 'place']);
    expect(madeBy).toBe('XGBoost 1.7.4');
  });

  it('comes back from our own export with the same margins', () => {
    const again = readXgboostJson(writeXgboostJson(model)).model;
    expect([...predictMargins(again, x)]).toEqual(margins);
  });
});

describe.each(fromLightgbm)('LightGBM: %s', (name) => {
  const { model, names, madeBy } = readLightgbmText(read(`${name}.lightgbm.txt`));
  const { x, margins } = readMargins(name);

  it('answers bit for bit as the original', () => {
    expect(checkTreeModel(model)).toBe(model);
    expect([...predictMargins(model, x)]).toEqual(margins);
    expect(names).toEqual(['days', 'marks', 'work', 'kind', 'place']);
    expect(madeBy).toBe('LightGBM, format v4');
  });

  it('comes back from our own export as it was', () => {
    const again = readLightgbmText(writeLightgbmText(model)).model;
    expect([...predictMargins(again, x)]).toEqual(margins);
    expect(again.trees.threshold).toEqual(model.trees.threshold);
  });
});

it('refuses zero as missing, and says where', () => {
  expect(() => readLightgbmText(read('leaf-zero.lightgbm.txt'))).toThrow(
    /^Tree=0 decision_type\[\d\]: expected missing values of type none or NaN, got zero/,
  );
});
