import fc from 'fast-check';
import { measures } from '../../features/index.ts';
import type { Criterion } from '../badge.ts';
import { comparisons } from '../criterion.ts';
import type { Probe } from '../evaluate.ts';

// What the tests of rules share: rules at random, and learners invented for them.

const heldBadges = ['roots', 'sparks', 'hearth-1'] as const;
const value = fc.integer({ min: -3, max: 12 });

const measured: fc.Arbitrary<Criterion> = fc.constantFrom(...measures).chain(({ id, windows }) =>
  fc.record({
    measure: fc.constant(id),
    window: windows ? fc.integer({ min: windows.shortest, max: 120 }) : fc.constant(null),
    is: fc.constantFrom(...comparisons),
    value,
  }),
);

const held: fc.Arbitrary<Criterion> = fc.record({ holds: fc.constantFrom(...heldBadges) });

const leaf = fc.oneof({ weight: 5, arbitrary: measured }, { weight: 1, arbitrary: held });

function tree(depth: number, hasSequences: boolean): fc.Arbitrary<Criterion> {
  if (depth === 0) return leaf;
  const part = tree(depth - 1, hasSequences);
  const parts = fc.array(part, { minLength: 1, maxLength: 3 });
  const someOf = parts.chain((of) =>
    fc.record({ atLeast: fc.integer({ min: 1, max: of.length }), of: fc.constant(of) }),
  );
  const groups: fc.Arbitrary<Criterion>[] = [
    leaf,
    fc.record({ all: parts }),
    fc.record({ any: parts }),
    fc.record({ not: part }),
    someOf,
  ];
  if (!hasSequences) return fc.oneof(...groups);
  const steps = fc.array(tree(1, false), { minLength: 2, maxLength: 3 });
  return fc.oneof(...groups, fc.record({ sequence: steps, withinDays: fc.integer({ min: 3, max: 15 }) }));
}

/** Rules of every form, valid by the parser's limits, up to four levels deep. */
export const criteria: fc.Arbitrary<Criterion> = tree(3, true);

/** Numbers from which an invented learner's measures follow. */
export type Sketch = readonly (number | null)[];

export const sketches: fc.Arbitrary<Sketch> = fc.array(fc.option(value, { freq: 5 }), {
  minLength: 7,
  maxLength: 7,
});

/** Same measure, window and day: same value, sometimes none. Badges come and go with the days. */
export function sketchProbe(sketch: Sketch): Probe {
  return {
    measure: (id, window, before) => sketch[(id.length + (window ?? 0) + before) % sketch.length] ?? NaN,
    holds: (id, before) => (sketch[(id.length + before) % sketch.length] ?? 0) > 4,
  };
}
