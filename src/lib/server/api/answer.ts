import { isHttpError, type RequestEvent } from '@sveltejs/kit';
import type { z } from 'zod';
import { app } from '../platform/app.ts';
import { ApiError, type FieldProblem, problemOf, problemResponse } from './problem.ts';

/** Runs an endpoint: its result in the form of its schema, every failure as a problem. */
export async function answer<T extends z.ZodType>(
  event: RequestEvent,
  schema: T,
  work: () => Promise<z.input<T>>,
): Promise<Response> {
  try {
    // Parsing on the way out keeps the document true: what it does not name is not sent.
    return Response.json(schema.parse(await work()));
  } catch (error) {
    return answerFailure(event, error);
  }
}

async function answerFailure(event: RequestEvent, error: unknown): Promise<Response> {
  if (error instanceof ApiError) return problemResponse(error.problem);
  if (isHttpError(error)) {
    return problemResponse(problemOf(error.status, nameOf(error.status), error.body.message));
  }
  const id = crypto.randomUUID().slice(0, 8);
  const { log } = await app();
  log.error({ error, id, routeId: event.route.id }, 'api: request failed');
  return problemResponse(problemOf(500, 'internal', `Something failed here. The log knows it as ${id}.`));
}

const names: Readonly<Record<number, string>> = {
  400: 'bad-request',
  401: 'not-signed-in',
  403: 'not-allowed',
  404: 'not-found',
};

function nameOf(status: number): string {
  return names[status] ?? 'error';
}

/** The query as its schema wants it. @throws ApiError 400 that names each field, what was expected and what came. */
export function readQuery<T extends z.ZodObject>(schema: T, query: URLSearchParams): z.output<T> {
  const known = Object.keys(schema.shape);
  const unknown = [...query.keys()].filter((name) => !known.includes(name));
  const errors: FieldProblem[] = unknown.map((name) => ({
    field: name,
    expected: known.length === 0 ? 'no parameters' : `no parameter but ${known.join(', ')}`,
    got: query.get(name) ?? '',
  }));
  const parsed = schema.safeParse(Object.fromEntries(query));
  if (parsed.success && errors.length === 0) return parsed.data;
  const issues = parsed.success ? [] : parsed.error.issues.map((issue) => fieldProblem(issue, query));
  throw new ApiError(400, 'bad-parameter', 'The query has parameters that cannot be used.', [
    ...errors,
    ...issues,
  ]);
}

function fieldProblem(issue: z.core.$ZodIssue, query: URLSearchParams): FieldProblem {
  const field = issue.path.map(String).join('.');
  return { field, expected: issue.message, got: query.get(field) ?? 'nothing' };
}
