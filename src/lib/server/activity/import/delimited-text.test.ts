import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRecordReader, EndlessRecordError, type TextRecord } from './delimited-text.ts';

function readAll(pieces: readonly string[], delimiter = ','): readonly TextRecord[] {
  const reader = createRecordReader(delimiter);
  return [...pieces.flatMap((piece) => reader.read(piece)), ...reader.end()];
}

const cells = (text: string, delimiter = ',') => readAll([text], delimiter).map((record) => record.cells);

describe('records', () => {
  test.each([
    ['plain', 'a,b\n1,2\n', [['a', 'b'], ['1', '2']]],
    ['no last line end', 'a,b\n1,2', [['a', 'b'], ['1', '2']]],
    ['Windows line ends', 'a,b\r\n1,\r\n', [['a', 'b'], ['1', '']]],
    ['every cell quoted', '"a","b"\n"1",""\n', [['a', 'b'], ['1', '']]],
    ['quotes, delimiters and line ends inside', '"x ""y""","1,2","p\nq"\n', [['x "y"', '1,2', 'p\nq']]],
    ['some cells quoted', 'a,"b,c",\n', [['a', 'b,c', '']]],
    ['a single quoted cell with quotes', '"""",a\n', [['"', 'a']]],
    ['blank lines', '\n\na\n\n', [['a']]],
  ])('%s', (_, text, expected) => expect(cells(text)).toEqual(expected)); // prettier-ignore

  test('a quote inside a plain cell is a fault of that row alone', () => {
    const records = readAll(['a,b"c"\nd,e\n']);
    expect(records.map(({ line, fault }) => [line, fault !== null])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  test('lines count the line ends inside cells', () => {
    expect(readAll(['"a\nb",1\n\nc,2\n']).map(({ line }) => line)).toEqual([1, 4]);
  });

  test('a quote that never closes stops the reading instead of filling the memory', () => {
    const reader = createRecordReader(',');
    reader.read('a,b\n"c');
    const feed = () => reader.read('x'.repeat(600_000));
    expect(() => [feed(), feed()]).toThrow(EndlessRecordError);
  });

  test('what is written is read back, wherever the chunks are cut', () => {
    const cell = fc.string({ maxLength: 8, unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'è') });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    const write = (value: string) => `"${value.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(table, fc.array(fc.nat({ max: 60 }), { maxLength: 4 }), (rows, cuts) => {
        const text = rows.map((row) => `${row.map(write).join(',')}\n`).join('');
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((end, i) => text.slice(places[i], Math.max(end, places[i] ?? 0)));
        expect(readAll(pieces).map((record) => record.cells)).toEqual(rows);
      }),
    );
  });
});
