import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { badgeCatalogue } from './catalogue/index.ts';
import { parseBadge, parseCriterion, ruleLimits } from './parse.ts';
import { RuleError, type RuleIssue } from './rule-error.ts';
import { criteria } from './tests/criteria.ts';

function issuesOf(parse: () => unknown): readonly RuleIssue[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof RuleError) return error.issues;
    throw error;
  }
  return [];
}

const leaf = { measure: 'active-days', window: 28, is: 'at-least', value: 12 };
const [anyBadge] = badgeCatalogue;

describe('round trip', () => {
  test('any rule comes back from its JSON as it was', () => {
    fc.assert(
      fc.property(criteria, (criterion) => {
        expect(parseCriterion(JSON.parse(JSON.stringify(criterion)))).toEqual(criterion);
      }),
    );
  });

  test.each(badgeCatalogue.map((badge) => [badge.id, badge] as const))('%s', (_, badge) => {
    expect(parseBadge(JSON.parse(JSON.stringify(badge)))).toEqual(badge);
  });
});

describe('errors point into the tree', () => {
  test('a window of the wrong kind', () => {
    const rule = { all: [leaf, { ...leaf, window: '28' }] };
    expect(issuesOf(() => parseCriterion(rule))).toEqual([
      {
        path: 'criterion.all[1].window',
        expected: {
          it: 'un numero intero da 1 a 1096 giorni, o null',
          en: 'a whole number from 1 to 1096 days, or null',
        },
        got: { it: '"28"', en: '"28"' },
      },
    ]);
  });

  test('every error at once', () => {
    const rule = {
      all: [{ ...leaf, measure: 'activ-days' }, { not: { holds: 'Not An Id' } }, { ...leaf, is: '>=' }],
    };
    expect(issuesOf(() => parseCriterion(rule)).map(({ path, got }) => [path, got.en])).toEqual([
      ['criterion.all[0].measure', '"activ-days"'],
      ['criterion.all[1].not.holds', '"Not An Id"'],
      ['criterion.all[2].is', '">="'],
    ]);
  });

  test.each([
    ['a field too many', { ...leaf, colour: 'red' }, 'criterion'],
    ['two forms in one', { ...leaf, holds: 'roots' }, 'criterion'],
    ['no form at all', { some: [leaf] }, 'criterion'],
    ['an empty list', { any: [] }, 'criterion.any'],
    ['more wanted than there is', { atLeast: 3, of: [leaf, leaf] }, 'criterion.atLeast'],
    [
      'a whole past the measure does not take',
      { ...leaf, measure: 'activity-change', window: null },
      'criterion.window',
    ],
    ['a window for a measure without', { ...leaf, measure: 'streak' }, 'criterion.window'],
    ['a value that is no number', { ...leaf, value: NaN }, 'criterion.value'],
    ['a sequence of one', { sequence: [leaf], withinDays: 10 }, 'criterion.sequence'],
    [
      'a sequence too tight for its steps',
      { sequence: [leaf, leaf, leaf], withinDays: 2 },
      'criterion.withinDays',
    ],
    [
      'a sequence in a sequence',
      { sequence: [leaf, { sequence: [leaf, leaf], withinDays: 5 }], withinDays: 9 },
      'criterion.sequence[1]',
    ],
    ['__proto__ as a field', JSON.parse('{"__proto__": {"all": []}}') as unknown, 'criterion'],
    ['a list', [leaf], 'criterion'],
    ['nothing', undefined, 'criterion'],
  ])('%s', (_, rule, path) => {
    expect(issuesOf(() => parseCriterion(rule)).map((issue) => issue.path)).toContain(path);
  });

  test('a badge that lacks half of itself', () => {
    const { name: _name, emblem: _emblem, ...half } = { ...anyBadge, rarity: 'unique' };
    expect(issuesOf(() => parseBadge(half)).map(({ path }) => path)).toEqual(
      expect.arrayContaining(['name', 'rarity', 'emblem']),
    );
  });
});

describe('the emblem', () => {
  const plain = { shape: 'circle', symbol: 'flame', palette: 'amber' } as const;
  const emblemOf = (emblem: unknown) => parseBadge({ ...anyBadge, emblem }).emblem;

  test('of earlier days stays as it is', () => {
    expect(emblemOf(plain)).toEqual(plain);
  });

  test('keeps what it wears, and leaves out what it does not', () => {
    const dressed = { ...plain, border: 'rope', ribbon: 'tails', accent: 'gold' };
    expect(emblemOf({ ...dressed, ornament: 'none' })).toEqual(dressed);
    expect(emblemOf({ ...plain, border: 'plain', ribbon: 'none', ornament: 'none', accent: 'gold' })).toEqual(
      plain,
    );
  });

  test('names what there is where something else is asked for, in both languages', () => {
    const [issue] = issuesOf(() => emblemOf({ ...plain, ribbon: 'bow' }));
    expect(issue.path).toBe('emblem.ribbon');
    expect(issue.expected).toEqual({
      it: 'uno fra none, tails, banner, rosette',
      en: 'one of none, tails, banner, rosette',
    });
    expect(issuesOf(() => emblemOf({ ...plain, tilt: 3 })).map(({ path }) => path)).toEqual(['emblem']);
  });
});

describe('limits', () => {
  const nested = (levels: number): unknown => (levels <= 1 ? leaf : { not: nested(levels - 1) });

  test('depth', () => {
    expect(issuesOf(() => parseCriterion(nested(ruleLimits.depth)))).toEqual([]);
    const [issue] = issuesOf(() => parseCriterion(nested(ruleLimits.depth + 1)));
    expect(issue.expected.en).toBe('a rule at most 8 levels deep');
    expect(issuesOf(() => parseCriterion(nested(5000)))).toHaveLength(1);
  });

  test('leaves', () => {
    const half = Array.from({ length: 25 }, () => leaf);
    expect(issuesOf(() => parseCriterion({ all: [{ any: half }, { any: half }] }))).toEqual([]);
    const [issue] = issuesOf(() => parseCriterion({ all: [{ any: half }, { any: half }, leaf] }));
    expect(issue.path).toBe('criterion.all[2]');
  });

  test('a list of a million is refused unread', () => {
    const [issue] = issuesOf(() => parseCriterion({ all: Array.from({ length: 1_000_000 }, () => leaf) }));
    expect(issue).toMatchObject({
      path: 'criterion.all',
      got: { it: 'una lista di 1000000', en: 'a list of 1000000' },
    });
  });

  test('a bushy tree stops at the bound on parts', () => {
    const bush = (levels: number): unknown => ({
      all: levels === 0 ? [{}, {}] : [bush(levels - 1), bush(levels - 1)],
    });
    expect(issuesOf(() => parseCriterion(bush(7))).length).toBeLessThanOrEqual(ruleLimits.issues);
  });

  test('a ring is refused like any tree too deep', () => {
    const ring: { not?: unknown } = {};
    ring.not = ring;
    expect(issuesOf(() => parseCriterion(ring))).toHaveLength(1);
  });
});

describe('whatever comes in', () => {
  const anything = fc.anything({
    withBigInt: true,
    withNullPrototype: true,
    withObjectString: true,
    withSparseArray: true,
    maxDepth: 4,
    key: fc.constantFrom(
      'all',
      'any',
      'not',
      'of',
      'atLeast',
      'measure',
      '__proto__',
      'constructor',
      'holds',
      'x',
    ),
  });

  test('only a RuleError comes out', () => {
    fc.assert(
      fc.property(anything, (value) => {
        issuesOf(() => parseCriterion(value));
        issuesOf(() => parseBadge(value));
      }),
      { numRuns: 500 },
    );
  });

  test('a spoilt rule is refused or still a rule', () => {
    const spoil = fc.constantFrom<unknown>(null, [], {}, '', -1, 1e12, '__proto__', true);
    fc.assert(
      fc.property(criteria, spoil, fc.nat(), (criterion, bad, position) => {
        let seen = 0;
        const text = JSON.stringify(criterion, (_, value: unknown) =>
          seen++ === position % 12 ? bad : value,
        );
        const value: unknown = JSON.parse(text);
        const issues = issuesOf(() => parseCriterion(value));
        if (issues.length === 0) expect(parseCriterion(value)).toEqual(value);
        for (const { path } of issues) expect(path).toMatch(/^criterion/);
      }),
    );
  });

  test('the prototype of objects stays clean', () => {
    issuesOf(() =>
      parseCriterion(JSON.parse('{"all":[{"__proto__":{"polluted":1}}],"__proto__":{"polluted":1}}')),
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
