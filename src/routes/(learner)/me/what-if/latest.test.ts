import { expect, test, vi } from 'vitest';
import { oneAtATime } from './latest.ts';

/** Work that ends when it is told to. */
function slowWork() {
  const ends: (() => void)[] = [];
  return { ends, work: vi.fn(() => new Promise<void>((done) => ends.push(done))) };
}

test('what is asked for meanwhile is done once, afterwards', async () => {
  const { ends, work } = slowWork();
  const ask = oneAtATime(work);
  const all = Array.from({ length: 5 }, () => ask());
  expect(work).toHaveBeenCalledTimes(1);
  ends[0]();
  await vi.waitFor(() => expect(work).toHaveBeenCalledTimes(2));
  ends[1]();
  await Promise.all(all);
  expect(work).toHaveBeenCalledTimes(2);
});

test('after the last answer a new question begins at once', async () => {
  const { ends, work } = slowWork();
  const ask = oneAtATime(work);
  const first = ask();
  ends[0]();
  await first;
  const second = ask();
  expect(work).toHaveBeenCalledTimes(2);
  ends[1]();
  await second;
});

test('a failure reaches who asked, and the next question is answered', async () => {
  const work = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new Error('gone')).mockResolvedValue();
  const ask = oneAtATime(work);
  await expect(ask()).rejects.toThrow('gone');
  await ask();
  expect(work).toHaveBeenCalledTimes(2);
});
