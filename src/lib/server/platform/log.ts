import pino from 'pino';

export type Log = pino.Logger;

/** Secrets never reach the log, whatever object is logged. */
const redacted = ['password', 'secret', 'token', 'authorization', 'cookie', 'passwordHash'].flatMap(
  (name) => [name, `*.${name}`, `*.*.${name}`],
);

export function createLog(level: string): Log {
  return pino({
    level,
    redact: { paths: redacted, censor: '(hidden)' },
    // Without this an Error under `error` is written as {}: its message and stack are no own fields.
    serializers: { error: pino.stdSerializers.err },
    base: undefined,
  });
}
