import { expect, test } from 'vitest';
import { createThrottle } from './throttle.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 8, 1, 8) + seconds * 1000);
const options = { free: 3, firstWait: 10, longestWait: 60 };

test('the wait begins after the free attempts, doubles, and has a longest', () => {
  const throttle = createThrottle(options);
  let now = 0;
  const waits = Array.from({ length: 8 }, () => {
    throttle.attempt('a', at(now));
    const wait = throttle.secondsToWait('a', at(now));
    now += wait;
    return wait;
  });
  expect(waits).toEqual([0, 0, 10, 20, 40, 60, 60, 60]);
});

test('the wait runs out, and one key does not make another wait', () => {
  const throttle = createThrottle(options);
  for (let n = 0; n < 3; n++) throttle.attempt('a', at(0));
  expect([throttle.secondsToWait('a', at(9.2)), throttle.secondsToWait('a', at(10))]).toEqual([1, 0]);
  expect(throttle.secondsToWait('b', at(0))).toBe(0);
});

test('a key that is right is forgotten; a right attempt under a shared key takes back only itself', () => {
  const throttle = createThrottle(options);
  for (const key of ['own', 'shared']) for (let n = 0; n < 2; n++) throttle.attempt(key, at(0));
  throttle.forget('own');
  throttle.takeBack('shared');
  for (const key of ['own', 'shared']) for (let n = 0; n < 2; n++) throttle.attempt(key, at(1));
  expect([throttle.secondsToWait('own', at(1)), throttle.secondsToWait('shared', at(1))]).toEqual([0, 10]);
});

test('after twice the longest wait the past is forgotten', () => {
  const throttle = createThrottle(options);
  for (let n = 0; n < 5; n++) throttle.attempt('a', at(0));
  throttle.attempt('a', at(121));
  expect(throttle.secondsToWait('a', at(121))).toBe(0);
});
