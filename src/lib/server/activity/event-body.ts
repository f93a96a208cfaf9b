import { describeValue, type FieldError } from './event-schema.ts';

/** The largest body that is read, in bytes. */
export const bodyLimit = 4 * 1024 * 1024;
/** The most events of one request. */
export const eventLimit = 10_000;

export interface BodyItem {
  /** Place in the array, or the line of NDJSON, from 0. */
  readonly index: number;
  readonly value: unknown;
}

export type BodyReading =
  | { readonly kind: 'items'; readonly items: readonly BodyItem[]; readonly errors: readonly FieldError[] }
  | { readonly kind: 'malformed'; readonly detail: string }
  | { readonly kind: 'too many'; readonly count: number }
  | { readonly kind: 'unknown type'; readonly detail: string };

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Splits a request's body into events by its content type; a bad line of NDJSON is an error of that line alone. */
export function readBody(contentType: string, body: Uint8Array): BodyReading {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const read = readers[type];
  if (!read) return { kind: 'unknown type', detail: unknownType(contentType) };
  const text = decode(body);
  if (text === null) return { kind: 'malformed', detail: 'body: expected UTF-8 text, got other bytes' };
  return read(text);
}

const readers: Readonly<Record<string, (text: string) => BodyReading>> = {
  'application/json': readJson,
  'application/x-ndjson': readLines,
};

function unknownType(contentType: string): string {
  return `content-type: expected ${Object.keys(readers).join(' or ')}, got ${describeValue(contentType || undefined)}`;
}

function decode(body: Uint8Array): string | null {
  try {
    return decoder.decode(body);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function readJson(text: string): BodyReading {
  const parsed = parse(text);
  if (!parsed.ok)
    return { kind: 'malformed', detail: `body: expected JSON, got ${describeValue(text || undefined)}` };
  const values: readonly unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  return limited(
    values.map((value, index) => ({ index, value })),
    [],
  );
}

function readLines(text: string): BodyReading {
  const items: BodyItem[] = [];
  const errors: FieldError[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = parse(line);
    if (parsed.ok) items.push({ index, value: parsed.value });
    else errors.push({ index, field: '', expected: 'one JSON object a line', got: describeValue(line) });
  }
  return limited(items, errors);
}

function limited(items: readonly BodyItem[], errors: readonly FieldError[]): BodyReading {
  const count = items.length + errors.length;
  if (count > eventLimit) return { kind: 'too many', count };
  if (count === 0) return { kind: 'malformed', detail: 'body: expected at least one event, got none' };
  return { kind: 'items', items, errors };
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

function parse(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return { ok: false };
    throw error;
  }
}
