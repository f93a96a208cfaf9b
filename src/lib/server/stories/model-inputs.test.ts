import { expect, test } from 'vitest';
import { badgeColumns } from '#lib/domain/badges/chance-inputs.ts';
import { locales } from '#lib/i18n/index.ts';
import { inputName } from '#lib/i18n/model-inputs.ts';
import { atRiskColumns } from '../training/tasks/at-risk-inputs.ts';
import { engagementColumns } from '../training/tasks/engagement.ts';

test('every input of every model has words in both languages', () => {
  const inputs = [...engagementColumns, ...badgeColumns, ...atRiskColumns(['studied-credits'])];
  for (const locale of locales) expect(inputs.filter((id) => inputName(id, locale) === null)).toEqual([]);
});

test('an unknown input has no words', () => {
  expect(inputName('shoe-size', 'it')).toBeNull();
});
