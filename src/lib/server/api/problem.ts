import type { z } from 'zod';
import type { problemSchema } from './schemas.ts';

export type Problem = z.output<typeof problemSchema>;
export type FieldProblem = NonNullable<Problem['errors']>[number];

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  500: 'Internal error',
  503: 'Not ready',
};

/** A failure that is the caller's to mend; answered as it is. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(status: number, type: string, detail: string, errors?: readonly FieldProblem[]) {
    super(detail);
    this.problem = problemOf(status, type, detail, errors);
  }
}

/** @see RFC 9457 */
export function problemOf(
  status: number,
  type: string,
  detail: string,
  errors?: readonly FieldProblem[],
): Problem {
  const problem = { type: `/api#${type}`, title: titles[status] ?? 'Error', status, detail };
  return errors ? { ...problem, errors: [...errors] } : problem;
}

export function problemResponse(problem: Problem): Response {
  const headers = new Headers({ 'content-type': 'application/problem+json' });
  if (problem.status === 401) headers.set('www-authenticate', 'Bearer realm="merito"');
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}
