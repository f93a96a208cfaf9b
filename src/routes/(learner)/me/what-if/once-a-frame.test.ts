import { afterEach, expect, test, vi } from 'vitest';
import { onceAFrame } from './once-a-frame.ts';

afterEach(() => vi.unstubAllGlobals());

test('many requests within a frame are one piece of work, and the next frame has its own', () => {
  const frames: (() => void)[] = [];
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
  const work = vi.fn();
  const ask = onceAFrame(work);
  for (let i = 0; i < 5; i++) ask();
  expect(frames.length).toBe(1);
  expect(work).not.toHaveBeenCalled();
  frames[0]();
  expect(work).toHaveBeenCalledTimes(1);
  ask();
  expect(frames.length).toBe(2);
});
