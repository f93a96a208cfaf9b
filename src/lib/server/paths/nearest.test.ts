import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distancesFrom, nearestFirst } from './nearest.ts';

const snapshot = fc.record({
  learnerId: fc.integer({ min: 1, max: 6 }),
  day: fc.integer({ min: 0, max: 400 }),
  place: fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })),
});
const snapshots = fc
  .uniqueArray(snapshot, { maxLength: 30, selector: ({ learnerId, day }) => `${learnerId} ${day}` })
  .map((list) => list.toSorted((a, b) => a.learnerId - b.learnerId || a.day - b.day));
const lastDays = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 400 }), fc.constant(Infinity), fc.constant(-Infinity)),
  {
    minLength: 7,
    maxLength: 7,
  },
);

describe('nearestFirst', () => {
  it('is the least distance of each learner up to their last day, the nearest first', () => {
    const law = fc.property(snapshots, lastDays, (list, lastDay) => {
      const places = {
        learnerIds: Int32Array.from(list, ({ learnerId }) => learnerId),
        days: Int32Array.from(list, ({ day }) => day),
        values: Float32Array.from(list.flatMap(({ place }) => place)),
        width: 2,
      };
      const distances = distancesFrom(places, [1, 2]);
      const found = nearestFirst(places, distances, (learnerId) => lastDay[learnerId]);
      const distance = (place: readonly number[]) => (place[0] - 1) ** 2 + (place[1] - 2) ** 2;
      expect([...distances]).toEqual(list.map(({ place }) => distance(place)));
      const counted = list.filter(({ learnerId, day }) => day <= lastDay[learnerId]);
      const least = [...Map.groupBy(counted, ({ learnerId }) => learnerId)].map(([learnerId, own]) => ({
        learnerId,
        distance: Math.min(...own.map(({ place }) => distance(place))),
      }));
      expect(found.map(({ learnerId, distance: d }) => ({ learnerId, distance: d }))).toEqual(
        least.sort((a, b) => a.distance - b.distance || a.learnerId - b.learnerId),
      );
      for (const { learnerId, before, distance: d } of found) {
        const there = counted.find((one) => one.learnerId === learnerId && one.day === before);
        expect(distance(there?.place ?? [])).toBe(d);
      }
    });
    fc.assert(law);
  });
});
