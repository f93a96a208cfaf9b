import { describe, expect, test } from 'vitest';
import { examplePreview, exampleStudent } from '../support/preview-example.ts';
import { openPreview } from '#lib/preview/open-preview.ts';
import { openDesk } from '../../src/routes/(learner)/me/what-if/desk.ts';
import { outlookOf } from '../../src/routes/(learner)/me/what-if/outlook.ts';

const data = examplePreview({ learner: 7 });
const student = exampleStudent();
const by = 'two-weeks';

describe('the desk that answers the panel', () => {
  test('says what the server says of the same choice', () => {
    const preview = openPreview(data, student);
    const deeds = { 'study-days': 3, practices: 2 };
    const server = outlookOf(data, preview, { by, deeds }, 'en');
    const answer = openDesk(data, student, 'en').outlook({ by, deeds });
    expect(structuredClone(answer)).toEqual(structuredClone(server));
    expect(answer.badges.length).toBeGreaterThan(10);
  });

  test('takes usual weeks where no deeds are named', () => {
    const { deeds, usual, badges } = openDesk(data, student, 'en').outlook({ by, deeds: null });
    expect(deeds).toEqual(usual);
    for (const { value, usually } of badges) expect(value).toBe(usually);
  });

  test('takes deeds beyond what is possible as far as they are', () => {
    const { deeds, bounds } = openDesk(data, student, 'en').outlook({ by, deeds: { 'study-days': 99 } });
    const most = bounds.find(({ deed }) => deed === 'study-days')?.most;
    expect(most).toBeGreaterThan(0);
    expect(deeds).toEqual({ 'study-days': most });
  });

  test('says the same, to a millionth, once it counts with SIMD', async () => {
    const desk = openDesk(data, student, 'en');
    const before = desk.outlook({ by, deeds: null });
    await desk.quicken();
    const after = desk.outlook({ by, deeds: null });
    expect(after.badges.map(({ id }) => id)).toEqual(before.badges.map(({ id }) => id));
    for (const [i, { value }] of after.badges.entries())
      expect(Math.abs(value - before.badges[i].value)).toBeLessThan(1e-6);
  });

  test('shares out what the deeds bring, and stops when nobody wants to know', async () => {
    const desk = openDesk(data, student, 'en');
    const supposed = { by, deeds: { 'study-days': 10, practices: 10 } } as const;
    const none = desk.outlook({ by, deeds: {} });
    const all = desk.outlook(supposed);
    const valueIn = ({ badges }: typeof all, badgeId: string) =>
      badges.find(({ id }) => id === badgeId)?.value ?? NaN;
    const gain = (badgeId: string) => valueIn(all, badgeId) - valueIn(none, badgeId);
    const [{ id }] = all.badges.toSorted((a, b) => gain(b.id) - gain(a.id));
    const shares = await desk.shares(id, supposed, new AbortController().signal);
    const sum = shares?.reduce((total, { effect }) => total + effect, 0) ?? NaN;
    // Shares under half a point are not told.
    expect(Math.abs(sum - gain(id))).toBeLessThan(0.01);
    expect(sum).toBeGreaterThan(0.02);

    const unwanted = new AbortController();
    const answer = desk.shares(id, { by: 'four-weeks', deeds: all.usual }, unwanted.signal);
    unwanted.abort();
    expect(await answer).toBeNull();
  });
});
