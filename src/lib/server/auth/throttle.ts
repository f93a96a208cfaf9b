/** Slows down guessing: after a few failures each further one makes the door wait twice as long. */
export interface Throttle {
  /** Seconds until this key may try again; 0 when it may now. */
  secondsToWait(key: string, at: Date): number;
  /** Counts an attempt before its outcome is known, so that many at once cannot slip through. */
  attempt(key: string, at: Date): void;
  /** The attempt was right: the key starts anew. */
  forget(key: string): void;
  /** The attempt was right, but says nothing about the others under this key: only this one is taken back. */
  takeBack(key: string): void;
}

export interface ThrottleOptions {
  /** Attempts without any wait. */
  readonly free: number;
  /** The first wait in seconds; it doubles with each failure. */
  readonly firstWait: number;
  readonly longestWait: number;
}

interface Failures {
  readonly count: number;
  readonly until: number;
  readonly last: number;
}

// Bounds the memory that a flood of made-up keys can take: about 20 MB.
const mostKeys = 100_000;

export function createThrottle({ free, firstWait, longestWait }: ThrottleOptions): Throttle {
  const failures = new Map<string, Failures>();
  const forgetAfter = longestWait * 2000;
  return {
    secondsToWait: (key, at) => {
      const known = failures.get(key);
      return known ? Math.max(0, Math.ceil((known.until - at.getTime()) / 1000)) : 0;
    },
    attempt: (key, at) => {
      const now = at.getTime();
      const known = failures.get(key);
      const count = known && now - known.last < forgetAfter ? known.count + 1 : 1;
      const wait = count < free ? 0 : Math.min(longestWait, firstWait * 2 ** (count - free));
      failures.delete(key);
      failures.set(key, { count, until: now + wait * 1000, last: now });
      dropOldest(failures);
    },
    forget: (key) => void failures.delete(key),
    takeBack: (key) => {
      const known = failures.get(key);
      if (known) failures.set(key, { ...known, count: known.count - 1, until: 0 });
    },
  };
}

/** A Map keeps the order of insertion, so the first key failed longest ago. */
function dropOldest(failures: Map<string, Failures>): void {
  if (failures.size <= mostKeys) return;
  const oldest = failures.keys().next();
  if (!oldest.done) failures.delete(oldest.value);
}
