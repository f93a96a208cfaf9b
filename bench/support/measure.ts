import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import { createInterface } from 'node:readline';

/** Seconds that some work took: of this process's CPU, all threads together, and by the clock. */
export interface Spent {
  readonly cpu: number;
  readonly wall: number;
}

export function measure(work: () => void): Spent {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / 1e6, wall: (performance.now() - wall) / 1000 };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** The median of each. */
export function medianSpent(all: readonly Spent[]): Spent {
  return { cpu: median(all.map(({ cpu }) => cpu)), wall: median(all.map(({ wall }) => wall)) };
}

/** Our seconds as a share of theirs. */
export function ratios(ours: Spent, theirs: Spent): string {
  return `${(ours.cpu / theirs.cpu).toFixed(2)} of CPU, ${(ours.wall / theirs.wall).toFixed(2)} of wall`;
}

/**
 * What the processor gave just now: milliseconds for ten million remainders. A machine shared with others may give half as much
 * an hour later, and milliseconds can only be read beside it.
 */
export function processorMark(): string {
  const { wall } = measure(() => {
    let sum = 0;
    for (let i = 0; i < 1e7; i++) sum += (i * i) % 7;
    if (!(sum > 0)) throw new Error('mark: expected a sum above 0');
  });
  return `ten million remainders ${Math.round(1000 * wall)} ms, load ${loadavg()[0].toFixed(1)}`;
}

/** A Python program that answers each line with a line. */
export interface Python {
  /** What it said first. */
  readonly greeting: string;
  /** The numbers of its answer. */
  ask(question: string): Promise<number[]>;
  close(): void;
}

/**
 * Starts the interpreter that PYTHON names, or Debian's; null when the program ends before its greeting, as it does where
 * a library is missing. OpenMP's threads wait asleep: on a shared machine they would spin through each other's time.
 */
export async function startPython(program: string, ...args: readonly string[]): Promise<Python | null> {
  const child: ChildProcessWithoutNullStreams = spawn(
    process.env.PYTHON ?? '/usr/bin/python3',
    ['-c', program, ...args],
    { env: { ...process.env, OMP_WAIT_POLICY: 'passive' } },
  );
  const isMissing = new Promise<null>((resolve) => child.once('error', () => resolve(null)));
  child.stderr.resume();
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const first = await Promise.race([lines.next(), isMissing]);
  if (!first || first.done) return null;
  return {
    greeting: String(first.value),
    ask: async (question) => {
      child.stdin.write(`${question}\n`);
      return String((await lines.next()).value)
        .split(' ')
        .map(Number);
    },
    close: () => void child.stdin.end(),
  };
}
