import { describe, expect, test } from 'vitest';
import { gapChanges, inputsView } from './model-cards.ts';

const gap = (value: number) => ({ value, low: value - 0.01, high: value + 0.01 });
const report = (attribute: string, gaps: Record<string, ReturnType<typeof gap>>) => ({
  attribute,
  threshold: 0.4,
  groups: [],
  gaps,
});

describe('gaps between groups', () => {
  test('stand beside what they are under the present model, the most widened first', () => {
    const present = [report('gender', { flaggedShare: gap(0.03) })];
    const newer = [report('gender', { auc: gap(0.02), flaggedShare: gap(0.12) })];
    expect(gapChanges(present, newer)).toEqual([
      { attribute: 'gender', measure: 'flaggedShare', present: gap(0.03), newer: gap(0.12) },
      { attribute: 'gender', measure: 'auc', present: null, newer: gap(0.02) },
    ]);
  });

  test('are none for a version that never met the report', () => {
    expect(gapChanges([report('gender', { flaggedShare: gap(0.03) })], [])).toEqual([]);
  });
});

describe('the inputs of a card', () => {
  test('carry their words, values and intervals', () => {
    const view = inputsView(
      {
        importance: [{ feature: 'overdue', share: 0.4, low: 0.3, high: 0.5 }],
        dependence: [
          { feature: 'days-since-active', points: [{ at: 3, effect: 0.02, rows: 40 }] },
          { feature: 'brand-new', points: [] },
        ],
      },
      'en',
    );
    expect(view.importance).toEqual([{ name: 'Hand-ins overdue', share: 0.4, low: 0.3, high: 0.5 }]);
    expect(view.dependence).toEqual([
      { name: 'Days since last active', points: [{ at: '3 days', effect: 0.02, rows: 40 }] },
      { name: 'brand-new', points: [] },
    ]);
  });

  test('of an earlier card are as much as it says', () => {
    const view = inputsView({ importance: [{ feature: 'overdue', share: 0.4 }] }, 'it');
    expect(view).toEqual({
      importance: [{ name: 'Consegne scadute e mancanti', share: 0.4, low: null, high: null }],
      permutation: [],
      beeswarm: [],
      dependence: [],
    });
    expect(inputsView({}, 'it').importance).toEqual([]);
  });
});
