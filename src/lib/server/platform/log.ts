import pino from 'pino';

export type Log = pino.Logger;

/** Secrets never reach the log, whatever object is logged. */
const redacted = ['password', 'secret', 'token', 'authorization', 'cookie', 'passwordHash'].flatMap(
  (name) => [name, `*.${name}`, `*.*.${name}`],
);

export function createLog(level: string): Log {
  return pino({ level, redact: { paths: redacted, censor: '(hidden)' }, base: undefined });
}
