import { z } from 'zod';
import { activityKinds, type ActivityEvent, type ActivitySource } from '#lib/domain/activity/event.ts';
import { parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import { instantOf } from './local-time.ts';

const millisecondsPerDay = 86_400_000;
const earliest = Date.UTC(2000, 0, 1);
const sources = [
  'lms',
  'register',
  'import',
  'teacher',
  'learner',
  'program',
] as const satisfies ActivitySource[];

const idText = '1 to 200 characters, none of them a control character';
const whenText = 'an instant with an offset (2026-03-10T09:10:00+01:00) or a date (2026-03-10)';

/** What each field of the API's event must be, in the words of the documentation and of the errors. */
export const expectations: Readonly<Record<string, string>> = {
  '': 'an object',
  id: idText,
  learner: idText,
  kind: `one of ${activityKinds.join(', ')}`,
  at: whenText,
  quantity: 'a number from 0 to 1000000',
  seconds: 'a number from 0 to 86400',
  score: 'a number from 0 to 100',
  due: whenText,
  class: idText,
  source: `one of ${sources.join(', ')}`,
  item: '1 to 500 characters, none of them a control character',
};

// PostgreSQL stores no NUL, and half a surrogate pair would become another character on the way.
const name = (length: number) => z.string().regex(new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${length}}$`, 'u'));
const when = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);
const number = (greatest: number) => z.number().min(0).max(greatest);

/** One event as programs send it. */
export const activityEventSchema = z
  .strictObject({
    id: name(200).describe("The sender's own id: an event sent twice counts once."),
    learner: name(200).describe("The school's own id of the learner."),
    kind: z.enum(activityKinds).describe('What the learner did.'),
    at: when.describe('When: an instant with an offset, or the date alone when no more is known.'),
    quantity: number(1_000_000).nullish().describe('How much: clicks, pages, exercises. 1 unless told.'),
    seconds: number(86_400).nullish().describe('Time spent; 0 unless told.'),
    score: number(100).nullish().describe('Points of 100, for graded work.'),
    due: when.nullish().describe('When it was due, for hand-ins; a date alone lasts to the end of that day.'),
    class: name(200).nullish().describe("The school's own id of the class."),
    source: z.enum(sources).nullish().describe('Where it was recorded; program unless told.'),
    item: name(500).nullish().describe('What it was about: an assignment, a page, a lesson.'),
  })
  .meta({ id: 'ActivityEvent' });

export type ActivityEventInput = z.input<typeof activityEventSchema>;

/** Why an event was refused: which one, which field of it, and both sides. */
export interface FieldError {
  /** Place in the request, from 0; the line for NDJSON. */
  readonly index: number;
  /** Empty when the event as a whole is at fault. */
  readonly field: string;
  readonly expected: string;
  readonly got: string;
}

export type EventReading =
  | { readonly ok: true; readonly event: ActivityEvent }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

export interface ReadingContext {
  readonly now: Date;
  /** The school's IANA time zone: where a deadline given as a date ends. */
  readonly timeZone: string;
}

/** Checks one event as sent and brings it into the domain's shape. */
export function readEvent(value: unknown, index: number, context: ReadingContext): EventReading {
  const parsed = activityEventSchema.safeParse(value);
  if (!parsed.success)
    return { ok: false, errors: parsed.error.issues.map((issue) => explain(issue, value, index)) };
  const event = toEvent(parsed.data, context);
  const latest = context.now.getTime() + millisecondsPerDay;
  if (event.at.getTime() >= earliest && event.at.getTime() <= latest) return { ok: true, event };
  const expected = 'a time from 2000-01-01 to 24 hours from now';
  return { ok: false, errors: [{ index, field: 'at', expected, got: parsed.data.at }] };
}

function toEvent(input: z.output<typeof activityEventSchema>, { timeZone }: ReadingContext): ActivityEvent {
  const dayOnly = isDate(input.at);
  return {
    id: input.id,
    learner: input.learner,
    kind: input.kind,
    at: new Date(input.at),
    dayOnly,
    quantity: input.quantity ?? 1,
    seconds: input.seconds ?? 0,
    score: input.score ?? null,
    dueAt: input.due ? dueAt(input.due, dayOnly, timeZone) : null,
    class: input.class ?? null,
    source: input.source ?? 'program',
    item: input.item ?? null,
  };
}

function isDate(text: string): boolean {
  return text.length === 10;
}

/** Work handed in during the day it is due is on time: against an instant, a date means the end of that day. */
function dueAt(due: string, isAgainstDay: boolean, timeZone: string): Date {
  if (isAgainstDay || !isDate(due)) return new Date(due);
  return instantOf(parseSchoolDay(due) + 1, 0, timeZone);
}

function explain(issue: z.core.$ZodIssue, value: unknown, index: number): FieldError {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(activityEventSchema.shape).join(', ');
    return { index, field: '', expected: `no field but ${known}`, got: describeValue(issue.keys.join(', ')) };
  }
  const field = String(issue.path[0] ?? '');
  return {
    index,
    field,
    expected: expectations[field] ?? issue.message,
    got: describeValue(at(value, field)),
  };
}

function at(value: unknown, field: string): unknown {
  if (field === '') return value;
  return (value as Readonly<Record<string, unknown>>)[field];
}

/** A value as an error may show it: short, and never walked into, however deep it is. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = String(value).toWellFormed();
  return text.length > 80 ? `${text.slice(0, 80)}… (${text.length} characters)` : text;
}
