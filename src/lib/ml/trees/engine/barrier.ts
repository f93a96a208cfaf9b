/** Thrown where a thread waits for another that has failed. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError';
}

/** Where threads wait for each other. Its memory is shared; every thread makes its own barrier on it. */
export interface Barrier {
  /** Returns when all threads have come here. @throws AbandonedError when another thread failed; Error when one does not come */
  meet(): void;
  /** Tells the others that this thread will not come again. */
  fail(): void;
}

// Places in Int32 numbers, each on a cache line of its own.
const [arrivedAt, passedAt, failedAt] = [0, 16, 32];
export const barrierWords = 48;

// A level's work ends within microseconds of each other; sleeping and waking costs fifty.
const spins = 2000;
const sliceMilliseconds = 1000;
const mostSlices = 600;

/** @param words `barrierWords` numbers, zero at first */
export function barrierOn(words: Int32Array, threads: number): Barrier {
  let turn = 0;
  const wait = () => {
    for (let spin = 0; spin < spins; spin++) if (Atomics.load(words, passedAt) >= turn) return;
    for (let slice = 0; Atomics.load(words, passedAt) < turn; slice++) {
      if (Atomics.load(words, failedAt) === 1) throw new AbandonedError('crew: another thread failed');
      if (slice > mostSlices) throw new Error('crew: expected all threads to arrive, waited ten minutes');
      Atomics.wait(words, passedAt, turn - 1, sliceMilliseconds);
    }
  };
  if (threads === 1) return { meet: () => {}, fail: () => {} };
  return {
    meet: () => {
      turn++;
      if (Atomics.add(words, arrivedAt, 1) + 1 < turn * threads) return wait();
      Atomics.store(words, passedAt, turn);
      Atomics.notify(words, passedAt);
    },
    fail: () => {
      Atomics.store(words, failedAt, 1);
      Atomics.notify(words, passedAt);
    },
  };
}
