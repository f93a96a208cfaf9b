import { describe, expect, test } from 'vitest';
import { parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import { fitted, type Offer, readChoice, untilOf } from './choice.ts';

const wednesday = parseSchoolDay('2026-03-04');
const nextMonday = parseSchoolDay('2026-03-09');

/** As many study days as there are, one hand-in a week. */
const offer: Offer = {
  today: wednesday,
  bounds: (until) => [
    { deed: 'hand-ins', least: 0, most: Math.floor((until - wednesday) / 4), step: 1 },
    { deed: 'study-days', least: 0, most: until - wednesday, step: 1 },
    { deed: 'next-mark', least: 0, most: 100, step: 1 },
  ],
  usual: () => ({ 'hand-ins': 1, 'study-days': 3 }),
};

const read = (query: string) => readChoice(new URLSearchParams(query), offer);

describe('until when', () => {
  test('this Sunday leaves out the Monday after', () => {
    expect(untilOf('sunday', wednesday)).toBe(nextMonday);
  });

  test('on a Sunday evening it is the Sunday of the week that begins', () => {
    expect(untilOf('sunday', nextMonday)).toBe(nextMonday + 7);
  });

  test('two and four weeks are whole', () => {
    expect(untilOf('two-weeks', wednesday)).toBe(wednesday + 14);
    expect(untilOf('four-weeks', wednesday)).toBe(wednesday + 28);
  });
});

describe('what an address asks for', () => {
  test('nothing is the usual, for two weeks', () => {
    expect(read('')).toEqual({ by: 'two-weeks', deeds: { 'hand-ins': 1, 'study-days': 3 }, problems: [] });
  });

  test('what is named is taken, what is empty is not done', () => {
    expect(read('by=two-weeks&hand-ins=3&study-days=&next-mark=0')).toEqual({
      by: 'two-weeks',
      deeds: { 'hand-ins': 3, 'next-mark': 0 },
      problems: [],
    });
  });

  test('beyond the bounds the usual stays, and the field is named with its bounds', () => {
    const { deeds, problems } = read('by=sunday&hand-ins=2&study-days=2.5');
    expect(deeds).toEqual({ 'hand-ins': 1, 'study-days': 3 });
    expect(problems).toEqual([
      { kind: 'bounds', bound: { deed: 'hand-ins', least: 0, most: 1, step: 1 }, value: '2' },
      { kind: 'bounds', bound: { deed: 'study-days', least: 0, most: 5, step: 1 }, value: '2.5' },
    ]);
  });

  test('words are no numbers', () => {
    expect(read('study-days=many').problems).toMatchObject([{ kind: 'bounds', value: 'many' }]);
  });

  test('what is not possible at all is refused, unless none is asked for', () => {
    expect(read('lessons=2').problems).toEqual([{ kind: 'not possible', deed: 'lessons' }]);
    expect(read('lessons=0').problems).toEqual([]);
  });

  test('a time that is no choice is named', () => {
    expect(read('by=christmas')).toMatchObject({
      by: 'two-weeks',
      problems: [{ kind: 'time', value: 'christmas' }],
    });
  });
});

test('what became impossible is asked no more', () => {
  const bounds = offer.bounds(wednesday + 2).filter(({ most }) => most > 0);
  expect(fitted({ 'hand-ins': 1, 'study-days': 7, 'next-mark': 80 }, bounds)).toEqual({
    'study-days': 2,
    'next-mark': 80,
  });
});
