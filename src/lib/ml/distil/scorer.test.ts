import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../core/matrix.ts';
import { activations } from '../neural/kernel.ts';
import { predictNetwork } from '../neural/predict.ts';
import { plainKernel } from '../neural/plain-kernel.ts';
import { simdKernel } from '../neural/simd-kernel.ts';
import { bendInto } from './bend.ts';
import { networkInputs } from './inputs.ts';
import { openStudentOn } from './kernel-scorer.ts';
import { openStudent, type StudentScorer } from './scorer.ts';
import { checkStudent, type Student } from './student.ts';
import { toyRows, toyStudent } from './toy-student.ts';

/** All rows belong to one learner: its columns are those of the first. */
function ofOneLearner(student: Student, rows: number, seed: number): Float64Array {
  const values = toyRows(student, rows, seed);
  const { shared, inputs } = student;
  for (let row = 1; row < rows; row++) values.copyWithin(row * inputs.length, 0, shared);
  return values;
}

function ownPart({ inputs, shared }: Student, values: Float64Array): Float64Array {
  return values.filter((_, i) => i % inputs.length >= shared);
}

function scored(
  student: Student,
  values: Float64Array,
  of: 'scoreInto' | 'marginsInto' = 'scoreInto',
  open: (student: Student) => StudentScorer = openStudent,
) {
  const rows = values.length / student.inputs.length;
  const out = new Float64Array(rows);
  open(student)[of](values.slice(0, student.shared), ownPart(student, values), rows, out);
  return out;
}

describe('a student that scores', () => {
  it('answers as its network does, whatever its layers', () => {
    const shape = fc.record({
      seed: fc.integer({ min: 0, max: 1e6 }),
      shared: fc.integer({ min: 0, max: 10 }),
      hidden: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
      activation: fc.constantFrom(...activations),
    });
    const law = fc.property(shape, (options) => {
      const student = toyStudent({ ...options, columns: 11 });
      const values = ofOneLearner(student, 6, options.seed);
      const inputs = networkInputs(matrix(6, 11, values), student.inputs, student.bound);
      const expected = predictNetwork(student.network, inputs);
      bendInto(student.bend, expected, expected.length);
      const answers = scored(student, values);
      for (let row = 0; row < 6; row++) expect(Math.abs(answers[row] - expected[row])).toBeLessThan(2e-6);
    });
    // A margin of 31, which the bend holds at 12.
    const far = { seed: 351655, shared: 0, hidden: [11, 9], activation: 'linear' as const };
    fc.assert(law, { numRuns: 60, examples: [[far]] });
  });

  it('gives margins whose chances it gives', () => {
    const student = toyStudent({ seed: 4 });
    const values = ofOneLearner(student, 20, 1);
    const expected = scored(student, values, 'marginsInto');
    bendInto(student.bend, expected, expected.length);
    expect(scored(student, values)).toEqual(expected);
  });

  it('forgets the learner and the rows before', () => {
    const student = toyStudent({ seed: 2 });
    const scorer = openStudent(student);
    const [a, b] = [ofOneLearner(student, 8, 3), ofOneLearner(student, 8, 4)];
    const ask = (values: Float64Array, rows: number) => {
      const out = new Float64Array(rows);
      scorer.scoreInto(values.subarray(0, scorer.shared), ownPart(student, values), rows, out);
      return out;
    };
    const first = ask(a, 8);
    ask(b, 3);
    expect(ask(a, 8)).toEqual(first);
    expect(ask(a, 5)).toEqual(first.subarray(0, 5));
  });

  it('reads float32 as it reads float64, and touches nothing beyond the rows it was asked for', () => {
    const student = toyStudent({ seed: 9 });
    const values = Float64Array.from(Float32Array.from(ofOneLearner(student, 5, 2)));
    const out = new Float32Array(7).fill(-1);
    const own = Float32Array.from(ownPart(student, values));
    openStudent(student).scoreInto(Float32Array.from(values.subarray(0, student.shared)), own, 5, out);
    expect(out.subarray(0, 5)).toEqual(Float32Array.from(scored(student, values)));
    expect(Array.from(out.subarray(5))).toEqual([-1, -1]);
  });

  it('refuses rows that do not fit, in a sentence', () => {
    const scorer = openStudent(toyStudent({ seed: 1 }));
    const ask = (shared: number, rows: number, count: number, out: number) => () =>
      scorer.scoreInto(new Float64Array(shared), new Float64Array(rows), count, new Float64Array(out));
    expect(ask(4, 8, 2, 2)).toThrow('shared: expected 5 numbers, got 4');
    expect(ask(5, 7, 2, 2)).toThrow('rows: expected 2 × 4 numbers, got 7');
    expect(ask(5, 8, 2, 1)).toThrow('out: expected room for 2 numbers, got 1');
  });
});

describe.each([
  ['SIMD', simdKernel],
  ['plain', plainKernel],
] as const)('a student on the %s kernel', (_, makeKernel) => {
  const on = (student: Student) => openStudentOn(makeKernel(), student);

  it('answers as in typed arrays, however many rows', () => {
    const law = fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(1, 7, 513), (seed, rows) => {
      const student = toyStudent({ seed, hidden: seed % 2 ? [13, 6] : [] });
      const values = ofOneLearner(student, rows, seed);
      const [fast, plain] = [on, openStudent].map((open) => scored(student, values, 'scoreInto', open));
      for (let row = 0; row < rows; row++) expect(Math.abs(fast[row] - plain[row])).toBeLessThan(1e-6);
    });
    fc.assert(law, { numRuns: 15 });
  });

  it('forgets the learner before', () => {
    const student = toyStudent({ seed: 2 });
    const scorer = on(student);
    const [a, b] = [ofOneLearner(student, 8, 3), ofOneLearner(student, 8, 4)];
    const ask = (values: Float64Array) => scored(student, values, 'scoreInto', () => scorer);
    const first = ask(a);
    ask(b);
    expect(ask(a)).toEqual(first);
  });
});

describe('a student that cannot answer is refused', () => {
  const student = toyStudent({ seed: 1 });
  const broken: readonly (readonly [string, Student])[] = [
    ['student.shared: expected 0 to 8 columns, got 9', { ...student, shared: 9 }],
    ['student.bound: expected a number above 0, got 0', { ...student, bound: 0 }],
    [
      'student.inputs, column-0: expected a mean and a scale above 0, got 0 and 0',
      { ...student, inputs: student.inputs.map((input, i) => (i ? input : { ...input, mean: 0, scale: 0 })) },
    ],
    ['student.network: expected 10 inputs, got 12', { ...student, inputs: student.inputs.slice(1) }],
    [
      'student.layers: expected one answer at the end, got 4',
      { ...student, network: { ...student.network, layers: student.network.layers.slice(0, 2) } },
    ],
    [
      'student.layers[0]: expected a dense layer, got mean-pool',
      { ...student, network: { ...student.network, layers: [{ kind: 'mean-pool' }] } },
    ],
    [
      'student.weights: expected numbers, got one that is not finite',
      { ...student, network: { ...student.network, weights: student.network.weights.map(() => NaN) } },
    ],
  ];

  it.each(broken)('%s', (sentence, wrong) => {
    expect(() => checkStudent(wrong)).toThrow(sentence);
  });
});
