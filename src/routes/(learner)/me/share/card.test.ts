import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wrapText } from './card.ts';

const within = (width: number) => (line: string) => line.length <= width;

describe('the words on a card', () => {
  test('break between words', () => {
    expect(wrapText('a little every day', within(8), 4)).toEqual(['a little', 'every', 'day']);
  });

  test('end in an ellipsis where the room ends', () => {
    expect(wrapText('one two three four five', within(9), 2)).toEqual(['one two', 'three …']);
  });

  test('a word wider than the card stands alone', () => {
    expect(wrapText('a Donaudampfschifffahrt b', within(5), 4)).toEqual(['a', 'Donaudampfschifffahrt', 'b']);
  });

  test('no word is lost while there is room, and no line is too wide', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,8}$/)), (words) => {
        const lines = wrapText(words.join(' '), within(8), Infinity);
        expect(lines.join(' ')).toBe(words.join(' '));
        expect(lines.every(within(8))).toBe(true);
      }),
    );
  });
});
