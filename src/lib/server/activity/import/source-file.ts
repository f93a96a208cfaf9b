import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { createRecordReader, EndlessRecordError, type TextRecord } from './delimited-text.ts';

/** A file that cannot be imported as it is; the message is for the person who chose it. */
export class ImportError extends Error {}

/** One row that was not taken, and why. */
export interface RefusedRow {
  readonly file: string;
  /** Line of the file, from 1; the header is line 1. */
  readonly line: number;
  readonly column: string;
  readonly expected: string;
  readonly got: string;
}

/** Rows read together, so that the reading does not wait for each. */
export interface SourceChunk {
  readonly rows: readonly TextRecord[];
  /** Bytes of the file read so far, compressed as they lie there. */
  readonly bytesRead: number;
}

export interface SourceFile {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly columns: readonly string[];
  /** The data rows in order. One with another number of cells than the header has a fault. */
  chunks(): AsyncGenerator<SourceChunk>;
}

const probeBytes = 64 * 1024;
const delimiters = ['\t', ',', ';'] as const;

/** Opens a table of text, plain or gzipped, separated by commas, tabs or semicolons. Reads the header alone. */
export async function openSourceFile(path: string): Promise<SourceFile> {
  const name = basename(path);
  const { size } = await stat(path);
  const isGzip = await startsWithGzip(path);
  const head = await headOf(path, isGzip);
  if (head.trim() === '') throw new ImportError(`${name}: expected a header line, got an empty file`);
  const delimiter = delimiterOf(head);
  const columns =
    createRecordReader(delimiter)
      .read(`${head}\n`)[0]
      ?.cells.map((cell) => cell.trim()) ?? [];
  const table = { path, name, isGzip, delimiter, width: columns.length };
  return { path, name, size, columns, chunks: () => readChunks(table) };
}

async function startsWithGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

function openText(
  path: string,
  isGzip: boolean,
): { readonly file: ReturnType<typeof createReadStream>; readonly text: Readable } {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (!isGzip) return { file, text: file };
  const text = createGunzip({ chunkSize: 256 * 1024 });
  file.once('error', (error) => text.destroy(error));
  return { file, text: file.pipe(text) };
}

/** The first line, without a byte-order mark. */
async function headOf(path: string, isGzip: boolean): Promise<string> {
  const { file, text } = openText(path, isGzip);
  let head = '';
  for await (const chunk of text) {
    head += String(chunk);
    if (head.includes('\n') || head.length > probeBytes) break;
  }
  file.destroy();
  return head.replace(/^\uFEFF/, '').split(/\r?\n/)[0] ?? '';
}

function delimiterOf(head: string): string {
  const counts = delimiters.map((delimiter) => head.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

interface Table {
  readonly path: string;
  readonly name: string;
  readonly isGzip: boolean;
  readonly delimiter: string;
  /** Columns of the header. */
  readonly width: number;
}

async function* readChunks({ path, name, isGzip, delimiter, width }: Table): AsyncGenerator<SourceChunk> {
  const { file, text } = openText(path, isGzip);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = createRecordReader(delimiter);
  let isHeader = true;
  const checked = (records: readonly TextRecord[]) => {
    const rows = (isHeader ? records.slice(1) : records).map((record) => withWidth(record, width));
    isHeader &&= records.length === 0;
    return { rows, bytesRead: file.bytesRead };
  };
  try {
    for await (const chunk of text) yield checked(reader.read(decoder.decode(chunk, { stream: true })));
    yield checked([...reader.read(decoder.decode()), ...reader.end()]);
  } catch (error) {
    throw readable(name, error);
  } finally {
    file.destroy();
  }
}

function withWidth(record: TextRecord, width: number): TextRecord {
  if (record.fault !== null || record.cells.length === width) return record;
  return { ...record, fault: `${width} cells` };
}

/** Errors of the file, as opposed to ours, in words for the person who chose it. */
function readable(name: string, error: unknown): unknown {
  if (error instanceof EndlessRecordError) return new ImportError(`${name}: ${error.message}`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return new ImportError(`${name}: expected UTF-8 text, got other bytes`);
  return code.startsWith('Z_')
    ? new ImportError(`${name}: expected a whole gzip file, got a broken one`)
    : error;
}

/** A record with a fault, as a refused row. */
export function refusalOf({ name }: SourceFile, { line, cells, fault }: TextRecord): RefusedRow {
  return { file: name, line, column: '', expected: fault ?? 'a row', got: `${cells.length} cells` };
}

/** Where each wanted column stands. @throws ImportError naming the first that is missing */
export function columnIndexes<Name extends string>(
  { name, columns }: SourceFile,
  wanted: readonly Name[],
): Readonly<Record<Name, number>> {
  const entries = wanted.map((column) => {
    const index = columns.indexOf(column);
    if (index < 0) throw new ImportError(`${name}: expected a column ${column}, got ${columns.join(', ')}`);
    return [column, index] as const;
  });
  return Object.fromEntries(entries) as Record<Name, number>;
}

const blockSize = 64 * 1024;

/** SHA-256 over the names, sizes and first and last blocks of the files, and over `options`. */
export async function fingerprintOf(paths: readonly string[], options: string): Promise<string> {
  const hash = createHash('sha256').update(options);
  for (const path of [...paths].sort()) {
    const { size } = await stat(path);
    hash.update(`\n${basename(path)} ${size}\n`);
    const file = await open(path);
    try {
      for (const position of [0, Math.max(0, size - blockSize)]) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(blockSize), 0, blockSize, position);
        hash.update(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  }
  return hash.digest('hex');
}
