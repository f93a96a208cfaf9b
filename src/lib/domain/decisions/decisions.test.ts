import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DailyRollup } from '../activity/rollup.ts';
import { addToRollups, foldEvent } from '../activity/fold.ts';
import type { Evidence } from '../badges/evaluate.ts';
import { cautiousLogit, cautiousThreshold, effectsOf, logistic } from './confidence.ts';
import { crossingSince, freshCrossing } from './crossing.ts';
import { dayQualities } from './day-quality.ts';
import { burstEvents, type Doubt, doubtsOfDay, repeatsOfWork } from './doubts.ts';
import { asActivityEvent, type EvidenceEvent } from './evidence-event.ts';
import { marginOf } from './margin.ts';
import { recommend } from './recommend.ts';
import { qualitySigns, type Signs } from './signs.ts';
import { withoutDoubtful } from './soundness.ts';
import { isAudited, verdictOf } from './verdict.ts';

const day = 20_500;
const noon = day * 86_400 + 43_200;

function event(more: Partial<EvidenceEvent> = {}): EvidenceEvent {
  return {
    day,
    kind: 'practice',
    classId: 0,
    second: noon,
    quantity: 1,
    seconds: 300,
    score: null,
    dueSecond: null,
    source: 'lms',
    item: null,
    ...more,
  };
}

const every = (count: number, apart: number, more: Partial<EvidenceEvent> = {}) =>
  Array.from({ length: count }, (_, i) => event({ second: noon + i * apart, ...more }));
const doubtsIn = (events: readonly EvidenceEvent[]) => doubtsOfDay(events, new Set());
const countOf = (doubt: Doubt, found: readonly (Doubt | null)[]) =>
  found.filter((one) => one === doubt).length;

describe('doubts about single events', () => {
  test('a minute holds so many events and no more', () => {
    expect(doubtsIn(every(burstEvents, 4))).toEqual(Array(burstEvents).fill(null));
    expect(doubtsIn(every(burstEvents + 1, 4))).toEqual(Array(burstEvents + 1).fill('burst'));
    expect(countOf('burst', doubtsIn(every(burstEvents + 1, 5)))).toBe(0);
  });

  test('work takes time, reading may be quick, and an unknown time proves nothing', () => {
    expect(doubtsIn([event({ seconds: 5, quantity: 2 })])).toEqual(['speed']);
    expect(doubtsIn([event({ seconds: 6, quantity: 2 })])).toEqual([null]);
    expect(doubtsIn([event({ seconds: 1, kind: 'view' })])).toEqual([null]);
    expect(doubtsIn([event({ seconds: 0 })])).toEqual([null]);
  });

  test('the same work counts a few times a day, and once in the same second', () => {
    const spread = every(repeatsOfWork + 2, 900, { item: 'sheet 1' });
    expect(doubtsIn(spread)).toEqual([...Array(repeatsOfWork).fill(null), 'repeat', 'repeat']);
    expect(doubtsIn(every(3, 0, { item: 'sheet 1' }))).toEqual([null, 'repeat', 'repeat']);
    expect(countOf('repeat', doubtsIn(every(9, 900)))).toBe(0);
  });

  test('what teachers and registers write is never doubted', () => {
    for (const source of ['teacher', 'register'] as const)
      expect(doubtsIn(every(40, 1, { source, seconds: 1, item: 'x' }))).toEqual(Array(40).fill(null));
  });

  test('the same minute on five days of a fortnight is a script; at changing minutes it is a habit', () => {
    const nights = (days: readonly number[], drift: number) =>
      days.map((d, i) => event({ day: day + d, second: noon + d * 86_400 + i * drift, kind: 'read' }));
    const scripted = (days: readonly number[], drift = 0) =>
      dayQualities(nights(days, drift)).reduce((sum, one) => sum + one.doubtCounts.clockwork, 0);
    expect(scripted([0, 1, 2, 3, 4])).toBe(5);
    expect(scripted([0, 3, 6, 9, 13])).toBe(5);
    expect(scripted([0, 3, 6, 9, 14])).toBe(0);
    expect(scripted([0, 1, 2, 3])).toBe(0);
    expect(scripted([0, 1, 2, 3, 4], 61)).toBe(0);
  });
});

describe('signs over a window', () => {
  test('shares count the events the learner could have staged', () => {
    const days = dayQualities([
      ...every(3, 0, { item: 'a' }),
      event({ second: noon + 7200, source: 'learner' }),
      event({ kind: 'grade', source: 'teacher' }),
    ]);
    const signs = qualitySigns(days, day - 27, day + 1);
    expect(signs).toMatchObject({
      watched: 4,
      repeat: 0.5,
      selfReported: 0.25,
      concentration: 0.75,
      burst: 0,
    });
  });

  test('days outside the window do not count', () => {
    const days = dayQualities([
      ...every(5, 900),
      ...every(5, 900, { day: day + 1 }),
      ...every(5, 900, { day: day - 1 }),
    ]);
    expect(qualitySigns(days, day, day + 1).watched).toBe(5);
  });

  test('a day far above the learner’s own past stands out; without a past nothing does', () => {
    const past = Array.from({ length: 20 }, (_, i) => event({ day: day - 10 - i, quantity: 4 + (i % 3) }));
    const quiet = dayQualities([...past, event({ quantity: 5 })]);
    const loud = dayQualities([...past, event({ quantity: 200 })]);
    expect(qualitySigns(quiet, day - 27, day + 1).anomaly).toBeLessThan(1);
    expect(qualitySigns(loud, day - 27, day + 1).anomaly).toBeGreaterThan(6);
    expect(qualitySigns(dayQualities([event({ quantity: 200 })]), day - 27, day + 1).anomaly).toBeNull();
  });
});

const clean: Signs = {
  watched: 60,
  burst: 0,
  speed: 0,
  repeat: 0,
  clockwork: 0,
  selfReported: 0,
  concentration: 0.1,
  anomaly: 0,
  margin: 0,
  standsOnSound: true,
};
const confidence = (signs: Partial<Signs>) => logistic(cautiousLogit({ ...clean, ...signs }));

describe('the cautious confidence', () => {
  test('passes a clean case and stops each sign at its worst', () => {
    expect(confidence({})).toBeGreaterThan(cautiousThreshold);
    const worst: Partial<Signs>[] = [
      { burst: 0.4 },
      { speed: 0.4 },
      { repeat: 0.4 },
      { clockwork: 0.4 },
      { selfReported: 1 },
      { concentration: 0.8 },
      { anomaly: 7 },
      { standsOnSound: false },
    ];
    for (const signs of worst)
      expect(confidence(signs), JSON.stringify(signs)).toBeLessThan(cautiousThreshold);
  });

  test('never rises when a sign of gaming grows', () => {
    const names = ['burst', 'speed', 'repeat', 'clockwork', 'selfReported', 'concentration'] as const;
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...names), share, share, (name, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(confidence({ [name]: more })).toBeLessThanOrEqual(confidence({ [name]: less }));
      }),
    );
  });

  test('is the sum of its named effects', () => {
    const signs = { ...clean, burst: 0.2, anomaly: 5, margin: 2 };
    const sum = effectsOf(signs).reduce((total, { effect }) => total + effect, 0);
    expect(cautiousLogit(signs) - cautiousLogit({ ...clean, margin: 0 })).toBeCloseTo(sum, 12);
  });
});

describe('the verdict', () => {
  const weighed = { confidence: 0.95, threshold: 0.9, isConsequential: false, isAudited: false };

  test('awards from the threshold on and asks below it', () => {
    expect(verdictOf(weighed)).toEqual({ verdict: 'award', audit: false });
    expect(verdictOf({ ...weighed, confidence: 0.9 })).toEqual({ verdict: 'award', audit: false });
    expect(verdictOf({ ...weighed, confidence: 0.89 })).toEqual({
      verdict: 'review',
      cause: 'low confidence',
    });
  });

  test('asks about a confidence that is no number, and about every consequential badge', () => {
    expect(verdictOf({ ...weighed, confidence: NaN }).verdict).toBe('review');
    expect(verdictOf({ ...weighed, confidence: 1, isConsequential: true })).toEqual({
      verdict: 'review',
      cause: 'consequential',
    });
  });

  test('audits a fixed two in a hundred', () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `1/${i}/steady/20500`);
    const audited = keys.filter((key) => isAudited(key));
    expect(audited.length / keys.length).toBeGreaterThan(0.017);
    expect(audited.length / keys.length).toBeLessThan(0.023);
    expect(keys.filter((key) => isAudited(key))).toEqual(audited);
  });
});

describe('a rule without its doubtful evidence', () => {
  const rollupsOf = (events: readonly EvidenceEvent[]): DailyRollup[] => {
    const rollups = new Map<string, DailyRollup>();
    for (const one of events)
      addToRollups(rollups, foldEvent(asActivityEvent(one), { learnerId: 7, classId: 0, timeZone: 'UTC' }));
    return [...rollups.values()];
  };

  test('rests on what is left when those events had never come', () => {
    const sound = [event({ score: 80 }), event({ day: day + 1, second: noon + 86_400 })];
    const doubtful = every(3, 1, { seconds: 1, score: 20 });
    const counted = (rollups: readonly DailyRollup[]) =>
      rollups.map(({ count, quantity, seconds, scoreSum, scoreCount }) => [
        count,
        quantity,
        seconds,
        scoreSum,
        scoreCount,
      ]);
    const left = withoutDoubtful(rollupsOf([...sound, ...doubtful]), doubtful, 'UTC');
    expect(counted(left)).toEqual(counted(rollupsOf(sound)));
    expect(withoutDoubtful(rollupsOf(doubtful), doubtful, 'UTC')).toEqual([]);
  });
});

describe('the margin', () => {
  const part = (more: object): Evidence =>
    ({
      kind: 'measure',
      path: 'criterion',
      measure: 'm',
      window: 28,
      is: 'at-least',
      needed: 10,
      actual: 14,
      isMet: true,
      ...more,
    }) as Evidence;

  test('is the least of the conditions, in standard deviations of a count', () => {
    expect(marginOf([part({}), part({ actual: 26 })], () => 'days')).toBeCloseTo(4 / Math.sqrt(14), 12);
  });

  test('is unknown where nothing has noise', () => {
    expect(marginOf([part({})], () => 'points')).toBeNull();
    expect(marginOf([part({ isMet: false })], () => 'days')).toBeNull();
  });
});

describe('crossings', () => {
  const met = new Set([3, 4, 7, 8]);
  const criterion = { measure: 'm', window: null, is: 'at-least', value: 1 } as const;
  const probe = {
    measure: (_: string, __: number | null, before: number) => (met.has(before - 1) ? 1 : 0),
    holds: () => false,
  };

  test('the first day on which the rule is met counts, even if it is not met today', () => {
    expect(crossingSince(criterion, probe, 1, 5)).toBe(3);
    expect(crossingSince(criterion, probe, 5, 6)).toBeNull();
  });

  test('a refused rule is crossed anew only after a day on which it was not met', () => {
    expect(freshCrossing(criterion, probe, 3, 4)).toBeNull();
    expect(freshCrossing(criterion, probe, 3, 8)).toBe(7);
    expect(freshCrossing(criterion, probe, 7, 9)).toBeNull();
  });
});

describe('recommendations', () => {
  const candidate = { badgeId: 'a', rarity: 'common', effortDays: 10, progress: 0.5, chance: 0.5 } as const;

  test('weigh chance, value and the effort left', () => {
    const order = (...list: Parameters<typeof recommend>[0]) => recommend(list).map(({ badgeId }) => badgeId);
    expect(order(candidate, { ...candidate, badgeId: 'b', chance: 0.6 })).toEqual(['b', 'a']);
    expect(order(candidate, { ...candidate, badgeId: 'b', rarity: 'rare' })).toEqual(['b', 'a']);
    expect(order(candidate, { ...candidate, badgeId: 'b', effortDays: 5 })).toEqual(['b', 'a']);
  });

  test('invent no chance where no model has answered', () => {
    const [one] = recommend([{ ...candidate, chance: null }]);
    expect(one).toMatchObject({ chance: null, daysLeft: 5 });
  });
});
