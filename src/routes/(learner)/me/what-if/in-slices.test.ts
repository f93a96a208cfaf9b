import { expect, test } from 'vitest';
import { inSlices } from './in-slices.ts';

function* countTo(last: number, log: number[]): Generator<void, string> {
  for (let i = 1; i <= last; i++) {
    log.push(i);
    yield;
  }
  return 'done';
}

/** A clock that each look moves on by 3 ms: three turns a slice. */
function clock(): () => number {
  let at = 0;
  return () => (at += 3);
}

test('comes to the end, letting others have a turn in between', async () => {
  const log: number[] = [];
  const others: number[] = [];
  const answer = inSlices(countTo(7, log), new AbortController().signal, clock());
  others.push(log.length);
  expect(await answer).toBe('done');
  expect(others[0]).toBeLessThan(7);
  expect(log).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('stops soon after nobody wants the answer', async () => {
  const log: number[] = [];
  const unwanted = new AbortController();
  const answer = inSlices(countTo(1000, log), unwanted.signal, clock());
  unwanted.abort();
  expect(await answer).toBeNull();
  expect(log.length).toBeLessThan(5);
});
