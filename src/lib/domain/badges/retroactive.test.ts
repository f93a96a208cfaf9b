import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SchoolDay } from '../activity/school-day.ts';
import { type LearnerHistory, measure, measures, recordsBefore } from '../features/index.ts';
import type { Badge, Criterion } from './badge.ts';
import { badgeCatalogue } from './catalogue/index.ts';
import { evaluateCriterion } from './evaluate.ts';
import { inOrderOfNeed } from './order.ts';
import { risesOnlyByRecords } from './quiet-days.ts';
import { crossingsOf, type CrossingSpan, historyProbe } from './retroactive.ts';
import { RuleError } from './rule-error.ts';
import { criteria } from './tests/criteria.ts';
import { context, firstDay, histories } from './tests/histories.ts';

type Ruled = Pick<Badge, 'id' | 'criterion'>;

/** The definition: every rule, every day, by the full evaluation. */
function dayByDay(
  badges: readonly Ruled[],
  history: LearnerHistory,
  span: CrossingSpan,
): ReadonlyMap<string, SchoolDay> {
  const crossings = new Map<string, SchoolDay>();
  const probe = historyProbe(history, context, (id, before) => (crossings.get(id) ?? Infinity) < before);
  const ordered = inOrderOfNeed(badges);
  for (let day = span.from; day < span.before; day++) {
    for (const { id, criterion } of ordered) {
      if (!crossings.has(id) && evaluateCriterion(criterion, probe, day + 1).met) crossings.set(id, day);
    }
  }
  return crossings;
}

const spans: fc.Arbitrary<CrossingSpan> = fc
  .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 60 }))
  .map(([from, length]) => ({
    from: firstDay + from,
    before: Math.min(firstDay + from + length, firstDay + 140),
  }));

describe('crossings equal day-by-day evaluation', () => {
  const named = ['roots', 'sparks', 'hearth-1'];
  const rules = fc.array(criteria, { minLength: 1, maxLength: 4 }).map((list): readonly Ruled[] => [
    ...named.map((id, index) => ({
      id,
      criterion: { measure: 'active-days', window: 14, is: 'at-least', value: 2 + index } satisfies Criterion,
    })),
    ...list.map((criterion, index) => ({ id: `rule-${index}`, criterion })),
  ]);

  test('for rules at random', () => {
    fc.assert(
      fc.property(rules, histories, spans, (badges, history, span) => {
        const found = crossingsOf(badges, history, context, span);
        expect(new Map([...found].sort())).toEqual(new Map([...dayByDay(badges, history, span)].sort()));
      }),
      { numRuns: 150 },
    );
  });

  test('for the catalogue', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const span = { from: firstDay, before: firstDay + 140 };
        const found = crossingsOf(badgeCatalogue, history, context, span);
        expect(new Map([...found].sort())).toEqual(
          new Map([...dayByDay(badgeCatalogue, history, span)].sort()),
        );
      }),
      { numRuns: 15 },
    );
  });
});

describe('on quiet days', () => {
  test.each([...risesOnlyByRecords])('%s does not rise', (id) => {
    const info = measures.find((one) => one.id === id);
    const windows = info?.windows ? [info.windows.shortest, 5, 28, 100, null] : [null];
    fc.assert(
      fc.property(histories, fc.constantFrom(...windows), (history, window) => {
        for (let day = firstDay + 1; day < firstDay + 140; day++) {
          if (recordsBefore(history, day + 1) > recordsBefore(history, day)) continue;
          const [was, is] = [day, day + 1].map((before) => measure(id, window, history, context, before));
          if (is > 0) expect(was).toBeGreaterThanOrEqual(is);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('the order of need', () => {
  const badge = (id: string, criterion: Criterion): Ruled => ({ id, criterion });
  const plain: Criterion = { measure: 'streak', window: null, is: 'at-least', value: 3 };

  test('puts what is named first', () => {
    const order = inOrderOfNeed([
      badge('c', { holds: 'b' }),
      badge('b', { not: { holds: 'a' } }),
      badge('a', plain),
    ]);
    expect(order.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  test('refuses a circle and shows it', () => {
    const circle = [
      badge('a', { holds: 'b' }),
      badge('b', { any: [plain, { holds: 'c' }] }),
      badge('c', { holds: 'a' }),
    ];
    expect(() => inOrderOfNeed(circle)).toThrow(RuleError);
    expect(() => inOrderOfNeed(circle)).toThrow('no circle among the rules, got a → b → c → a');
  });

  test('refuses a badge that asks for itself', () => {
    expect(() => inOrderOfNeed([badge('a', { not: { holds: 'a' } })])).toThrow('a → a');
  });

  test('refuses the name of a badge that is not there', () => {
    expect(() => inOrderOfNeed([badge('a', { holds: 'gone' })])).toThrow(
      'a: holds: expected the id of a badge of this school, got gone',
    );
  });
});
