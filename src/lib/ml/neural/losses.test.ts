import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addLosses, type Loss, lossNames, prepareLoss } from './losses.ts';

const rows = 4;
const width = 3;
const cells = (value: fc.Arbitrary<number>) =>
  fc
    .array(value, { minLength: rows * width, maxLength: rows * width })
    .map((list) => Float32Array.from(list));
const outputs = cells(fc.double({ min: -6, max: 6, noNaN: true }));
const shares = fc.double({ min: 0, max: 1, noNaN: true });
const orUnknown = (value: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 4, arbitrary: value }, fc.constant(NaN));
const targets = cells(orUnknown(shares));

const mixed: Loss = [
  { columns: 1, loss: 'binary-cross-entropy', weight: 2 },
  { columns: 1, loss: 'squared-error', weight: 0.5 },
  { columns: 1, loss: 'squared-error', weight: 1 },
];

describe.each(
  [...lossNames, mixed].map((loss) => ({ loss, name: typeof loss === 'string' ? loss : 'heads' })),
)('$name', ({ loss }) => {
  const prepared = prepareLoss(loss, width);
  const valueOf = (out: Float32Array, wanted: Float32Array, count = rows) =>
    prepared.value(prepared.measure({ outputs: out, targets: wanted, rows: count }));

  it('has the gradient that differences show', () => {
    const law = fc.property(outputs, targets, fc.nat(rows * width - 1), (out, wanted, place) => {
      const gradient = new Float32Array(rows * width);
      prepared.measure({ outputs: out, targets: wanted, rows }, gradient);
      const moved = (change: number) => out.map((value, i) => (i === place ? value + change : value));
      const [above, below] = [moved(1 / 64), moved(-1 / 64)];
      const slope = (valueOf(above, wanted) - valueOf(below, wanted)) / (above[place] - below[place]);
      expect(gradient[place]).toBeCloseTo(slope, 3);
    });
    fc.assert(law);
  });

  it('learns nothing where the target is unknown', () => {
    const law = fc.property(outputs, targets, (out, wanted) => {
      const gradient = new Float32Array(rows * width).fill(7);
      prepared.measure({ outputs: out, targets: wanted, rows }, gradient);
      for (const [i, target] of wanted.entries()) if (Number.isNaN(target)) expect(gradient[i]).toBe(0);
    });
    fc.assert(law);
  });

  it('adds up over batches', () => {
    const law = fc.property(outputs, targets, fc.integer({ min: 1, max: rows - 1 }), (out, wanted, cut) => {
      const part = (from: number, to: number) =>
        prepared.measure({
          outputs: out.subarray(from * width, to * width),
          targets: wanted.subarray(from * width, to * width),
          rows: to - from,
        });
      const whole = prepared.value(addLosses(part(0, cut), part(cut, rows)));
      expect(whole).toBeCloseTo(valueOf(out, wanted), 10);
    });
    fc.assert(law);
  });
});

describe('a loss', () => {
  it('stays finite far from the target', () => {
    const far = prepareLoss('binary-cross-entropy', 1);
    const sums = far.measure({
      outputs: Float32Array.of(-500, 500),
      targets: Float32Array.of(1, 0),
      rows: 2,
    });
    expect(far.value(sums)).toBe(500);
  });

  it('is 0 where nothing is known', () => {
    const loss = prepareLoss('squared-error', 1);
    expect(
      loss.value(loss.measure({ outputs: Float32Array.of(3), targets: Float32Array.of(NaN), rows: 1 })),
    ).toBe(0);
  });

  it('refuses heads that do not cover the columns', () => {
    const head = { columns: 2, loss: 'squared-error', weight: 1 } as const;
    expect(() => prepareLoss([head], 3)).toThrow('columns of all heads: expected 3, got 2');
    expect(() => prepareLoss([{ ...head, weight: 0 }], 2)).toThrow(
      'heads[0].weight: expected above 0, got 0',
    );
    expect(() => prepareLoss([{ ...head, columns: 0 }], 0)).toThrow('heads[0].columns');
  });
});
