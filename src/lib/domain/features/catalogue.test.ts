import { describe, expect, test } from 'vitest';
import { checkMeasure, featureCatalogue, featureName, measureInfo, measures } from './index.ts';

describe('measures', () => {
  test('each has its own id and name in both languages', () => {
    const all = <T>(pick: (info: (typeof measures)[number]) => T) => new Set(measures.map(pick)).size;
    expect(all(({ id }) => id)).toBe(measures.length);
    expect(all(({ name }) => name.it)).toBe(measures.length);
    expect(all(({ name }) => name.en)).toBe(measures.length);
  });

  test.each(measures.map((info) => [info.id, info] as const))('%s is described in words', (_, info) => {
    expect(info.description.it).toMatch(/^\p{Lu}.{20,}[.…]$/u);
    expect(info.description.en).toMatch(/^\p{Lu}.{15,}[.…]$/u);
    expect(info.description.it).not.toBe(info.description.en);
    expect(info.windowed).toBe(info.windows !== null);
  });

  test('an unknown one is refused with those there are', () => {
    expect(() => measureInfo('clicks')).toThrow(/^measure: expected one of events, .*, got "clicks"$/);
  });

  test.each([
    ['events', 0, 'window: expected whole days from 1 to 1096 or null (the whole past) for events, got 0'],
    [
      'events',
      7.5,
      'window: expected whole days from 1 to 1096 or null (the whole past) for events, got 7.5',
    ],
    [
      'events',
      NaN,
      'window: expected whole days from 1 to 1096 or null (the whole past) for events, got NaN',
    ],
    [
      'events',
      1097,
      'window: expected whole days from 1 to 1096 or null (the whole past) for events, got 1097',
    ],
    ['weekly-slope', 20, 'window: expected whole days from 21 to 1096 for weekly-slope, got 20'],
    ['weekly-slope', null, 'window: expected whole days from 21 to 1096 for weekly-slope, got null'],
    ['streak', 28, 'window: expected null (the measure takes no window) for streak, got 28'],
  ])('%s over %s is refused', (id, window, message) => {
    expect(() => checkMeasure(id, window)).toThrow(new RangeError(message));
  });

  test('what it takes, it takes', () => {
    expect(checkMeasure('events', 1).id).toBe('events');
    expect(checkMeasure('events', null).id).toBe('events');
    expect(checkMeasure('weekly-slope', 21).id).toBe('weekly-slope');
    expect(checkMeasure('streak', null).id).toBe('streak');
  });
});

describe('the feature catalogue', () => {
  test('holds at least thirty features of every family, each once', () => {
    expect(featureCatalogue.length).toBeGreaterThanOrEqual(30);
    expect(new Set(featureCatalogue.map(({ id }) => id)).size).toBe(featureCatalogue.length);
    const families = new Set(featureCatalogue.map((feature) => measureInfo(feature.measure).family));
    expect(families).toEqual(new Set(measures.map(({ family }) => family)));
  });

  test('its order is the stored format of vectors', () => {
    expect(featureCatalogue.map(({ id }) => id).join(' ')).toMatchInlineSnapshot(
      `"events-7 events-28 events-91 quantity-7 quantity-28 hours-28 practices-28 days-since-active days-since-hand-in days-known active-days-7 active-days-28 active-days-91 school-day-share-28 school-day-share-91 active-weeks-91 weekday-entropy-28 busiest-day-share-28 streak longest-streak-91 week-streak steady-week-streak weekly-slope-56 activity-change-14 activity-change-28 presence-change-14 acceleration-14 hand-ins-28 hand-ins-91 late-share-91 lead-days-91 on-time-row scores-91 mean-score-91 mean-score last-score score-slope-91 best-gain-91 high-score-share-91 kinds-28 kind-entropy-28 class-activity-ratio-28 class-score-difference-91 sessions-28 sessions-per-day-28 night-share-28 weekend-share-28 longest-gap-91 comebacks-182 helps-91 posts-91 group-work-91 attendance-rate-28 attendance-row"`,
    );
  });

  test('a feature is named with its window', () => {
    const named = (id: string) => {
      const feature = featureCatalogue.find((one) => one.id === id);
      return feature && featureName(feature);
    };
    expect(named('active-days-28')).toEqual({
      en: 'Active days in the last 28 days',
      it: 'Giorni attivi negli ultimi 28 giorni',
    });
    expect(named('streak')).toEqual({ en: 'Current streak', it: 'Serie in corso' });
    expect(named('mean-score')).toEqual({
      en: 'Average mark since the beginning',
      it: 'Media dei voti da sempre',
    });
  });
});
