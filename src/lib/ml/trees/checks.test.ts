import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../core/matrix.ts';
import { checkMatrix } from './checks.ts';

const kinds = [Float32Array, Float64Array] as const;

describe('checkMatrix', () => {
  it('finds the first infinity wherever it stands, and nothing else', () => {
    const value = fc.oneof(
      { weight: 40, arbitrary: fc.double() },
      fc.constantFrom(NaN, 0, -0, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 127),
      fc.constantFrom(Infinity, -Infinity),
    );
    const law = fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (values) => {
      for (const Kind of kinds) {
        // Not from the first byte of its memory, as parts of a larger matrix are not.
        const own = Kind.from([1, ...values]).subarray(1);
        const first = own.findIndex((one) => one === Infinity || one === -Infinity);
        const check = () => checkMatrix('x', matrix(own.length, 1, own));
        if (first < 0) expect(check).not.toThrow();
        else expect(check).toThrow(`at row ${first}, column 0, got ${own[first]}`);
      }
    });
    fc.assert(law, { numRuns: 500 });
  });
});
