/** An HTTP answer before any server's own form of it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  405: 'Method not allowed',
  413: 'Too much at once',
  415: 'Content type not understood',
  422: 'Events refused',
  500: 'Internal error',
  503: 'Try again',
};

export function jsonAnswer(status: number, body: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** An error as RFC 9457 writes it. `type` is the last part of the problem's name. */
export function problem(
  status: number,
  type: string,
  detail: string,
  members: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = { type: `/api#${type}`, title: titles[status] ?? 'Error', status, detail, ...members };
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify(body),
  };
}
