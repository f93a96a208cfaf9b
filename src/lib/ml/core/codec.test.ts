import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecError, decodeModel, type Encodable, encodeModel } from './codec.ts';

const model = {
  kind: 'toy',
  version: 1,
  open: Infinity,
  missing: NaN,
  below: -0,
  names: ['però', '日'],
  trees: {
    left: Uint32Array.of(1, 2, 3),
    value: Float64Array.of(0.1, -0, NaN, Infinity),
    flags: Uint8Array.of(1),
  },
  none: null,
  empty: new Float32Array(),
} satisfies Encodable;

const leaf = fc.oneof(
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.float64Array(),
  fc.int32Array(),
  fc.uint16Array(),
  fc.uint8Array(),
);
const name = fc.string({ minLength: 1 }).filter((text) => !text.startsWith('$') && text !== '__proto__');
const anything = fc.letrec<{ tree: Encodable }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf as fc.Arbitrary<Encodable>,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(name, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).tree;

describe('codec', () => {
  it('brings a model back as it was', () => {
    expect(decodeModel(encodeModel(model))).toEqual(model);
  });

  it('brings anything back, and writes the same bytes for it again', () => {
    const law = fc.property(anything, (value) => {
      const bytes = encodeModel(value);
      const back = decodeModel(bytes);
      expect(back).toEqual(value);
      expect(encodeModel(back)).toEqual(bytes);
    });
    fc.assert(law);
  });

  it('reads bytes that begin at any address', () => {
    const bytes = encodeModel(model);
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(decodeModel(moved.subarray(3))).toEqual(model);
    expect(decodeModel(Buffer.from(moved.subarray(3)))).toEqual(model);
  });

  it('refuses foreign bytes, every cut and every changed byte', () => {
    const bytes = encodeModel(model);
    expect(() => decodeModel(new TextEncoder().encode('{"kind":"toy"}'))).toThrow('got foreign bytes');
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeModel(bytes.subarray(0, length))).toThrow(CodecError);
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.slice();
      changed[i] ^= 0x10;
      expect(() => decodeModel(changed)).toThrow(CodecError);
    }
    const longer = new Uint8Array(bytes.length + 8);
    longer.set(bytes);
    expect(() => decodeModel(longer)).toThrow('checksum');
  });

  it('names the path of what no model may hold', () => {
    const foreign = (value: unknown) => value as Encodable;
    expect(() => encodeModel({ a: [1, foreign(new Date(0))] })).toThrow('model.a[1]: expected plain data');
    expect(() => encodeModel({ a: foreign(() => 1) })).toThrow(
      'model.a: expected plain data or a typed array, got function',
    );
    expect(() => encodeModel({ a: foreign(new BigInt64Array(1)) })).toThrow('got BigInt64Array');
    expect(() => encodeModel({ $array: 1 })).toThrow('model.$array: expected a name without a leading $');
  });
});
