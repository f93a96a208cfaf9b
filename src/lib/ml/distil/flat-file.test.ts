import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../core/crc32.ts';
import { decodeStudent, encodeStudent, StudentFileError, weightFormats } from './flat-file.ts';
import { openStudent } from './scorer.ts';
import type { Student } from './student.ts';
import { toyRows, toyStudent } from './toy-student.ts';

const student = toyStudent({ seed: 5 });

function chances(one: Student): Float64Array {
  const scorer = openStudent(one);
  const out = new Float64Array(40);
  const shared = toyRows(one, 1, 3).subarray(0, scorer.shared);
  scorer.scoreInto(shared, toyRows(one, 40, 8).subarray(0, 40 * scorer.own), 40, out);
  return out;
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

/** The bytes with a checksum that fits them, as a foreign writer would make it. */
function sealed(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(8, crc32(copy.subarray(12)), true);
  return copy;
}

/** The file with another header, as long as before. */
function withHeader(change: (header: string) => string): Uint8Array {
  const bytes = encodeStudent(student);
  const length = new DataView(bytes.buffer).getUint32(12, true);
  const header = new TextDecoder().decode(bytes.subarray(16, 16 + length));
  bytes.set(new TextEncoder().encode(change(header).padEnd(length).slice(0, length)), 16);
  return sealed(bytes);
}

describe.each(weightFormats)('a student written as %s', (format) => {
  it('comes back with all but the weights as it was', () => {
    const back = decodeStudent(encodeStudent(student, format));
    const weights = student.network.weights;
    expect({ ...back, network: { ...back.network, weights } }).toEqual(student);
  });

  it('is rounded once: what came back is written as the same bytes', () => {
    const law = fc.property(
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 1, max: 9 }),
      (seed, units) => {
        const once = decodeStudent(encodeStudent(toyStudent({ seed, hidden: [units] }), format));
        const bytes = encodeStudent(once, format);
        const difference = largestDifference(chances(decodeStudent(bytes)), chances(once));
        expect(difference).toBeLessThan(1e-6);
      },
    );
    fc.assert(law, { numRuns: 40 });
  });

  it('answers nearly as before', () => {
    const back = decodeStudent(encodeStudent(student, format));
    expect(largestDifference(chances(back), chances(student))).toBeLessThan(
      format === 'float16' ? 2e-3 : 3e-2,
    );
  });

  it('never brings anything but a student or its own error, whatever happened to the bytes', () => {
    const bytes = encodeStudent(student, format);
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) });
    const law = fc.property(fc.array(change, { maxLength: 4 }), fc.nat(bytes.length), (changes, cut) => {
      const damaged = bytes.slice(0, bytes.length - (cut % 7 === 0 ? cut : 0));
      for (const { at, to } of changes) if (at < damaged.length) damaged[at] = to;
      const whole = damaged.length >= 16 ? sealed(damaged) : damaged;
      try {
        expect(chances(decodeStudent(whole)).every(Number.isFinite)).toBe(true);
      } catch (error) {
        if (!(error instanceof StudentFileError)) throw error;
      }
    });
    fc.assert(law, { numRuns: 400 });
  });
});

describe('a file', () => {
  const bytes = encodeStudent(student);

  it('is refused when foreign, cut anywhere, or changed anywhere', () => {
    expect(() => decodeStudent(new TextEncoder().encode('{"kind":"student"}'))).toThrow('got foreign bytes');
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeStudent(bytes.subarray(0, length))).toThrow(StudentFileError);
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.slice();
      changed[i] ^= 0x10;
      expect(() => decodeStudent(changed)).toThrow(StudentFileError);
    }
  });

  it('is read from any address', () => {
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(decodeStudent(moved.subarray(3))).toEqual(decodeStudent(bytes));
  });

  it('is half as large in uint8', () => {
    const large = toyStudent({ seed: 1, columns: 75, shared: 60, hidden: [48, 24] });
    const [half, byte] = weightFormats.map((format) => encodeStudent(large, format).length);
    expect(half).toBeLessThan(20_000);
    expect(byte).toBeLessThan(0.65 * half);
  });

  it.each([
    [
      'columns',
      'student.columns: expected a list of names',
      '"columns":["column-0",',
      '"columns":[1234567890,',
    ],
    ['a place', 'student.missing: expected a list of columns', '"missing":[0', '"missing":[9'],
    ['an activation', 'student.layers: expected a list of dense layers', '"relu"', '"rely"'],
    ['the weights', 'student.weights: expected one of float16, uint8', 'float16', 'float32'],
    ['shared', 'student.shared: expected 0 to 8 columns, got 9', '"shared":5', '"shared":9'],
    ['more units', 'bytes, got', '"units":7', '"units":8'],
    ['no JSON', 'student: ', '{', '['],
  ])('is refused for its header: %s', (_, sentence, from, to) => {
    const changed = withHeader((header) => header.replace(from, to));
    expect(() => decodeStudent(changed)).toThrow(StudentFileError);
    expect(() => decodeStudent(changed)).toThrow(sentence);
  });
});
