import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSessionTag, writeSessionTag } from './session-tag.ts';

const owner = fc.stringMatching(/^[A-Za-z0-9_-]{16,64}$/);

test('what is written is read', () => {
  fc.assert(
    fc.property(owner, fc.nat(2_592_000), (name, seconds) => {
      const tag = { owner: name, seconds };
      expect(readSessionTag(writeSessionTag(tag))).toEqual(tag);
    }),
  );
  expect(readSessionTag(writeSessionTag('nobody'))).toBe('nobody');
});

test.each([null, '', 'somebody', 'short 60', 'an-owner-of-length 60s', 'an-owner-of-length', ' nobody'])(
  '%j says nothing',
  (text) => expect(readSessionTag(text)).toBeNull(),
);
