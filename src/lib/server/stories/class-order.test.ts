import { expect, test } from 'vitest';
import { inOrder, sortOrderIn, trendOf } from './class-order.ts';
import type { ClassLearner } from './class-page.ts';

function learner(name: string, quietDays: number | null, weeks: number[] = []): ClassLearner {
  return { id: 1, name, level: null, risk: null, weeks, badges: 0, recentBadges: 0, quietDays };
}

test('an address without a known order asks for the highest risk first', () => {
  expect(sortOrderIn(new URLSearchParams())).toEqual({ by: 'risk', direction: 'descending' });
  expect(sortOrderIn(new URLSearchParams('sort=shoe&order=up'))).toEqual({
    by: 'risk',
    direction: 'descending',
  });
  expect(sortOrderIn(new URLSearchParams('sort=name'))).toEqual({ by: 'name', direction: 'ascending' });
  expect(sortOrderIn(new URLSearchParams('sort=badges&order=ascending'))).toEqual({
    by: 'badges',
    direction: 'ascending',
  });
});

test('learners without a value stand last in both directions', () => {
  const all = [learner('Ada', null), learner('Bea', 9), learner('Cai', 2)];
  const names = (direction: 'ascending' | 'descending') =>
    inOrder(all, { by: 'active', direction }).map(({ name }) => name);
  expect(names('descending')).toEqual(['Cai', 'Bea', 'Ada']);
  expect(names('ascending')).toEqual(['Bea', 'Cai', 'Ada']);
});

test('the trend compares the later half of the weeks with the earlier', () => {
  expect(trendOf([0, 0, 0, 0])).toBeNull();
  expect(trendOf([1, 1, 3, 3])).toBeCloseTo(0.5, 12);
  expect(trendOf([4, 4, 0, 0])).toBe(-1);
});
