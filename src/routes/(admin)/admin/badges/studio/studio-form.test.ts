import { describe, expect, test } from 'vitest';
import { badgeCatalogue, fullEmblem, parseBadge } from '#lib/domain/badges/index.ts';
import { designIn, idFor, newDefinition, readStudioValues, startValues } from './studio-form.ts';

const [template] = badgeCatalogue;

function sent(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

const filled = {
  ...fullEmblem({ shape: 'leaf', symbol: 'moon', palette: 'plum', border: 'beads' }),
  purpose: 'new',
  badgeId: template.id,
  rarity: 'rare',
  family: 'courage',
  nameIt: ' Gufo ',
  nameEn: 'Night owl',
  descriptionIt: 'Studia la sera.',
  descriptionEn: 'Studies at night.',
};

describe('a new badge', () => {
  test('has the form’s look and words, and the rule of its template', () => {
    const badge = parseBadge(newDefinition(readStudioValues(sent(filled)), template, 'night-owl'));
    expect(badge).toMatchObject({
      id: 'night-owl',
      name: { it: 'Gufo', en: 'Night owl' },
      family: 'courage',
      series: null,
      criterion: template.criterion,
      emblem: { shape: 'leaf', symbol: 'moon', palette: 'plum', border: 'beads' },
    });
    expect(badge.isConsequential).toBe(template.isConsequential);
  });

  test('that is legendary is always decided by a teacher', () => {
    const values = readStudioValues(sent({ ...filled, rarity: 'legendary' }));
    expect(parseBadge(newDefinition(values, template, 'owl')).isConsequential).toBe(true);
  });

  test('needs words in both languages', () => {
    const values = readStudioValues(sent({ ...filled, nameIt: ' ' }));
    expect(() => parseBadge(newDefinition(values, template, 'owl'))).toThrow('name.it');
  });
});

test('ids come from the English name, and are taken once', () => {
  const taken = new Set(['night-owl', 'night-owl-2']);
  expect(idFor('Night owl!', (id) => taken.has(id))).toBe('night-owl-3');
  expect(idFor('Più  in alto', () => false)).toBe('piu-in-alto');
  expect(idFor('夜', () => false)).toBe('badge');
  expect(idFor('a'.repeat(80), () => false)).toHaveLength(58);
});

test('the table shows a badge’s look, or one that no badge has', () => {
  const from = startValues(badgeCatalogue, template);
  expect(designIn(from)).toEqual({ emblem: fullEmblem(template.emblem), rarity: template.rarity });
  const fresh = startValues(badgeCatalogue, undefined);
  expect(badgeCatalogue.map(({ emblem }) => fullEmblem(emblem))).not.toContainEqual(fresh.emblem);
  expect(designIn({ ...fresh, rarity: 'unique' })).toBeNull();
});
