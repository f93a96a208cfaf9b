import type { ActivityEvent } from '#lib/domain/activity/event.ts';
import { DatabaseAwayError, OverloadedError, UnstorableError } from './database-faults.ts';
import { bodyLimit, type BodyItem, eventLimit, readBody } from './event-body.ts';
import { type FieldError, readEvent } from './event-schema.ts';
import type { Ingest, Receipt } from './ingest.ts';
import { type Answer, jsonAnswer, problem } from './problem.ts';

export interface ActivityRequest {
  readonly contentType: string;
  readonly contentEncoding: string;
  /** `?atomic=true`: one event refused, none accepted. */
  readonly query: URLSearchParams;
  /** Null: longer than `bodyLimit`. */
  readonly body: Uint8Array | null;
}

/** Answers POST /api/v1/monitor/activity for a sender who may write activity of `schoolId`. */
export async function handleActivity(
  ingest: Ingest,
  schoolId: number,
  request: ActivityRequest,
  now: Date,
): Promise<Answer> {
  const refusal = refuseUnread(request);
  if (refusal) return refusal;
  const atomic = request.query.get('atomic') === 'true';
  const reading = readBody(request.contentType, request.body ?? new Uint8Array());
  if (reading.kind === 'unknown type') return problem(415, 'unknown-content-type', reading.detail);
  if (reading.kind === 'malformed') return problem(400, 'malformed-body', reading.detail);
  if (reading.kind === 'too many')
    return problem(413, 'too-many-events', `events: expected at most ${eventLimit}, got ${reading.count}`);
  try {
    const receipt = await acceptItems(ingest, schoolId, reading, { now, atomic });
    return answerFor(receipt, atomic);
  } catch (error) {
    return answerForError(error);
  }
}

function refuseUnread({ contentEncoding, query, body }: ActivityRequest): Answer | null {
  const atomic = query.get('atomic') ?? 'false';
  if (atomic !== 'true' && atomic !== 'false')
    return problem(400, 'bad-parameter', `atomic: expected true or false, got ${atomic}`);
  if (contentEncoding !== '' && contentEncoding !== 'identity')
    return problem(415, 'encoded-body', `content-encoding: expected none, got ${contentEncoding}`);
  if (body === null)
    return problem(413, 'body-too-large', `body: expected at most ${bodyLimit} bytes, got more`);
  return null;
}

interface Items {
  readonly items: readonly BodyItem[];
  readonly errors: readonly FieldError[];
}

async function acceptItems(
  ingest: Ingest,
  schoolId: number,
  { items, errors }: Items,
  { now, atomic }: { now: Date; atomic: boolean },
): Promise<Receipt> {
  const context = { now, timeZone: await ingest.timeZone(schoolId) };
  const events: ActivityEvent[] = [];
  const places: number[] = [];
  const refused = [...errors];
  for (const { index, value } of items) {
    const reading = readEvent(value, index, context);
    if (!reading.ok) refused.push(...reading.errors);
    else {
      events.push(reading.event);
      places.push(index);
    }
  }
  if (events.length === 0 || (atomic && refused.length > 0)) return { accepted: 0, repeated: 0, refused };
  const receipt = await ingest.accept(schoolId, events, { atomic });
  for (const error of receipt.refused) refused.push({ ...error, index: places[error.index] ?? error.index });
  return { ...receipt, refused: refused.sort((a, b) => a.index - b.index) };
}

/** Some good and some bad is a success with a list; nothing kept is a problem. */
function answerFor(receipt: Receipt, atomic: boolean): Answer {
  if (receipt.accepted + receipt.repeated > 0 || receipt.refused.length === 0)
    return jsonAnswer(200, receipt);
  const detail = atomic ? 'One event was refused, so none was accepted.' : 'Every event was refused.';
  return problem(422, 'events-refused', detail, { errors: receipt.refused });
}

/** The answer to an error of ours. @throws whatever else it is. */
export function answerForError(error: unknown): Answer {
  if (error instanceof DatabaseAwayError || error instanceof OverloadedError) {
    const detail = 'The events could not be stored now. Send them again with the same ids.';
    return problem(503, 'try-again', detail, {}, { 'retry-after': String(error.retryAfterSeconds) });
  }
  if (error instanceof UnstorableError)
    return problem(422, 'unstorable', 'The sums of these events exceed what can be stored.');
  throw error;
}
