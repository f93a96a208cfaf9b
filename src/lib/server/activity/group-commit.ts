import { OverloadedError } from './database-faults.ts';

export interface GroupCommitOptions<Item> {
  /** Makes items durable together; resolves with those it took, after the commit. */
  commit(items: readonly Item[]): Promise<ReadonlySet<Item>>;
  /** Whether an error may be the fault of one request's items, so that the others deserve a commit without it. */
  isOwnFault(error: unknown): boolean;
  /** Commits at the same time, once enough is waiting. */
  readonly lanes: number;
}

export interface GroupCommit<Item> {
  /** Resolves after the commit with how many of `items` were taken. @throws OverloadedError, or what `commit` throws */
  add(items: readonly Item[]): Promise<number>;
}

interface Request<Item> {
  readonly items: readonly Item[];
  settle(taken: number): void;
  fail(error: unknown): void;
}

const itemsPerCommit = 4_000;
const mostWaiting = 200_000;
// Below this a second commit beside the first only splits the group: 64 single callers lost 40 % by it.
const worthAnotherLane = 500;

/**
 * Requests that arrive while a commit is under way share the next one, so that the cost of making them durable
 * is paid once for all.
 */
export function createGroupCommit<Item>(options: GroupCommitOptions<Item>): GroupCommit<Item> {
  const waiting: Request<Item>[] = [];
  let waitingItems = 0;
  let underWay = 0;

  function isLaneDue(): boolean {
    return underWay === 0 || (underWay < options.lanes && waitingItems >= worthAnotherLane);
  }

  async function work(): Promise<void> {
    underWay++;
    // One turn of the event loop: whoever came with the same packet rides along.
    await new Promise((turn) => setImmediate(turn));
    while (waiting.length > 0) {
      const group = takeGroup(waiting);
      for (const { items } of group) waitingItems -= items.length;
      await commitGroup(group, options);
    }
    underWay--;
  }

  return {
    add: (items) => {
      if (waitingItems + items.length > mostWaiting)
        return Promise.reject(new OverloadedError(`ingest: ${waitingItems} events wait already`));
      return new Promise((settle, fail) => {
        waiting.push({ items, settle, fail });
        waitingItems += items.length;
        if (isLaneDue()) void work();
      });
    },
  };
}

/** Removes as many requests from `waiting` as one commit takes, and at least one. */
function takeGroup<Item>(waiting: Request<Item>[]): readonly Request<Item>[] {
  let size = 0;
  let end = 0;
  for (const { items } of waiting) {
    if (end > 0 && size + items.length > itemsPerCommit) break;
    size += items.length;
    end++;
  }
  return waiting.splice(0, end);
}

/** Never throws: each request hears its own end. */
async function commitGroup<Item>(
  group: readonly Request<Item>[],
  options: GroupCommitOptions<Item>,
): Promise<void> {
  try {
    const taken = await options.commit(group.flatMap(({ items }) => items));
    for (const { items, settle } of group) settle(items.filter((item) => taken.has(item)).length);
  } catch (error) {
    if (group.length === 1 || !options.isOwnFault(error)) for (const { fail } of group) fail(error);
    else for (const request of group) await commitGroup([request], options);
  }
}
