import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLightgbmText, readXgboostJson } from '#lib/ml/trees/exchange/index.ts';
import { predictMargins } from '#lib/ml/trees/index.ts';
import { readMargins } from './margins.ts';
import { ourModels } from './our-models.ts';

describe.each(ourModels())('$file', ({ file, model, text }) => {
  const { x, margins } = readMargins(file.split('.').slice(0, 2).join('.'));

  it('is written today as when the original loaded it', () => {
    expect(text).toBe(readFileSync(join(import.meta.dirname, file), 'utf8'));
  });

  it('answers in the original bit for bit as here', () => {
    expect([...predictMargins(model, x)]).toEqual(margins);
  });

  it('answers alike after our own reader', () => {
    const again = file.endsWith('.txt') ? readLightgbmText(text) : readXgboostJson(text);
    expect([...predictMargins(again.model, x)]).toEqual(margins);
  });
});
