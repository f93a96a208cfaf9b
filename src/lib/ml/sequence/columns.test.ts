import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matrix } from '../core/matrix.ts';
import { effectsInColumns, sequencesOf, widthOf } from './columns.ts';

const layout = { first: 2, weeks: 3, channels: 2 };
// Two columns of others, then how many weeks, then the latest week first.
const table = matrix(
  3,
  9,
  Float64Array.from([
    ...[7, 8, 2, 31, 32, 21, 22, NaN, NaN],
    ...[7, 8, 3, 31, 32, 21, NaN, 11, 12],
    ...[7, 8, 9, 31, 32, 21, 22, 11, 12],
  ]),
);

it('turns the latest week first into the oldest first, padded at the end', () => {
  const { values, lengths } = sequencesOf(table, layout);
  expect([...lengths]).toEqual([2, 3, 3]);
  expect([...values.subarray(0, 6)]).toEqual([21, 22, 31, 32, NaN, NaN]);
  expect([...values.subarray(6, 12)]).toEqual([11, 12, 21, NaN, 31, 32]);
});

it('puts effects back where their numbers stand', () => {
  const numbers = fc.array(fc.double({ noNaN: true }), { minLength: 18, maxLength: 18 });
  const law = fc.property(numbers, ([...drawn]) => {
    const sequences = sequencesOf(table, layout);
    const effects = Float64Array.from(drawn, (value, i) => (Number.isNaN(sequences.values[i]) ? 0 : value));
    const lengths = Float64Array.of(1, 2, 3);
    const placed = effectsInColumns({ base: 0, effects, lengths }, sequences, table.columns, layout);
    const back = sequencesOf(
      matrix(
        3,
        9,
        placed.map((value, i) => (i % 9 === 2 ? table.values[i] : value)),
      ),
      layout,
    );
    expect(back.values.map((value) => (Number.isNaN(value) ? 0 : value))).toEqual(effects);
    expect([0, 1, 2].map((row) => placed[row * 9 + 2])).toEqual([1, 2, 3]);
    expect([0, 1, 2].map((row) => placed[row * 9])).toEqual([0, 0, 0]);
  });
  fc.assert(law);
});

it('wants the weeks to be there, and their number known', () => {
  expect(widthOf(layout)).toBe(7);
  expect(() => sequencesOf(table, { ...layout, first: 3 })).toThrow('columns: expected 10 at least, got 9');
  const unknown = matrix(1, 9, new Float64Array(9).fill(NaN));
  expect(() => sequencesOf(unknown, layout)).toThrow('row 0: expected the number of its weeks, got none');
});
