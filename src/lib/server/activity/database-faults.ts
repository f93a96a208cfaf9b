/** The database cannot take the events now; nothing is known to be lost, and the sender should try again. */
export class DatabaseAwayError extends Error {
  readonly retryAfterSeconds = 1;
}

/** More is waiting than this process will hold. */
export class OverloadedError extends Error {
  readonly retryAfterSeconds = 1;
}

/** PostgreSQL refused the values themselves. */
export class UnstorableError extends Error {}

export type Fault = 'again' | 'away' | 'values' | 'other';

const againCodes = new Set(['40001', '40P01', '55P03']);
const awayCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  '57P01',
  '57P02',
  '57P03',
  '25006',
]);

/** What an error from the driver calls for: try again, tell the sender to wait, refuse the values, or give up. */
export function faultOf(error: unknown): Fault {
  const code = codeOf(error);
  if (againCodes.has(code)) return 'again';
  if (awayCodes.has(code) || code.startsWith('08') || code.startsWith('53')) return 'away';
  return code.startsWith('22') ? 'values' : 'other';
}

/** Drizzle wraps the driver's error as its cause. */
function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return '';
}

// Who hears nothing for so long is told to come back; the events may still be committed, once.
const patienceMs = 5_000;
// After a lost connection callers are answered at once for so long, instead of queueing before a closed door.
const closedMs = 250;

/** Work that needs the database, let through while it answers. */
export interface Door {
  /** @throws DatabaseAwayError when it does not answer, UnstorableError when it refuses the values */
  pass<T>(work: () => Promise<T>): Promise<T>;
}

export function createDoor(): Door {
  let closedUntil = 0;

  function translate(error: unknown): unknown {
    const fault = faultOf(error);
    if (fault === 'values') return new UnstorableError('values that cannot be stored', { cause: error });
    if (fault !== 'away') return error;
    closedUntil = performance.now() + closedMs;
    return new DatabaseAwayError('the database is away', { cause: error });
  }

  return {
    pass: async (work) => {
      if (performance.now() < closedUntil) throw new DatabaseAwayError('the database is away');
      try {
        return await withinPatience(work());
      } catch (error) {
        throw translate(error);
      }
    },
  };
}

function withinPatience<T>(work: Promise<T>): Promise<T> {
  return new Promise((settle, fail) => {
    const giveUp = () => fail(new DatabaseAwayError(`the database did not answer in ${patienceMs} ms`));
    const timer = setTimeout(giveUp, patienceMs);
    work.then(settle, fail).finally(() => clearTimeout(timer));
  });
}
