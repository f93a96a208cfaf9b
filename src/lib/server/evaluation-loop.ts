import { sql } from 'drizzle-orm';
import { tryLockLearner } from './decisions/learner-lock.ts';
import { evaluateLearner } from './flow.ts';
import type { App } from './platform/app.ts';

export interface EvaluationLoop {
  /** Looks for waiting learners now rather than at the next tick. */
  nudge(): void;
  /** Resolves when the evaluations under way have ended. */
  stop(): Promise<void>;
}

interface Waiting {
  readonly schoolId: number;
  readonly learnerId: number;
}

const tickMs = 200;
const batchSize = 64;
const atOnce = 2;
const firstPauseMs = 1_000;
const longestPauseMs = 300_000;

/** How often a learner's evaluation failed in this process, and when it may be tried again. */
interface Failures {
  readonly count: number;
  readonly notBefore: number;
}

/**
 * Evaluates the learners who wait, one transaction each, oldest first. Any number of processes may run it: a learner
 * whom another one holds is skipped. A failed learner goes on waiting in the database and is tried again, ever later.
 */
export function startEvaluationLoop(app: App): EvaluationLoop {
  const failures = new Map<string, Failures>();
  let isStopping = false;
  let wake: () => void = () => undefined;
  const pause = () =>
    new Promise<void>((done) => {
      const timer = setTimeout(done, tickMs);
      wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  const run = async () => {
    while (!isStopping) {
      const done = await evaluateWaiting(app, failures, () => isStopping);
      if (done === 0) await pause();
    }
  };
  const running = run();
  return {
    nudge: () => wake(),
    stop: async () => {
      isStopping = true;
      wake();
      await running;
    },
  };
}

/** Evaluates one batch; returns how many evaluations were finished. */
async function evaluateWaiting(
  app: App,
  failures: Map<string, Failures>,
  isStopping: () => boolean,
): Promise<number> {
  const due = await nextWaiting(app, failures);
  let finished = 0;
  const next = due.values();
  const work = async () => {
    for (const one of next) {
      if (isStopping()) return;
      if (await evaluateOne(app, one, failures)) finished++;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return finished;
}

async function nextWaiting(app: App, failures: ReadonlyMap<string, Failures>): Promise<Waiting[]> {
  const now = app.clock.now().getTime();
  const resting = [...failures].filter(([, { notBefore }]) => notBefore > now).map(([key]) => key);
  try {
    return await app.database.system.execute<Waiting & Record<string, unknown>>(sql`
      select school_id as "schoolId", learner_id as "learnerId" from pending_evaluations
      where not (school_id || '/' || learner_id = any(${sql.param(resting)}::text[]))
      order by since limit ${batchSize}`);
  } catch (error) {
    app.log.error({ error }, 'evaluation: could not read who waits');
    return [];
  }
}

/** False when somebody else holds the learner, or when it failed. */
async function evaluateOne(app: App, one: Waiting, failures: Map<string, Failures>): Promise<boolean> {
  const key = `${one.schoolId}/${one.learnerId}`;
  const at = app.clock.now();
  try {
    const isDone = await app.database.withSchool(one.schoolId, async (scope) => {
      if (!(await tryLockLearner(scope, one.learnerId))) return false;
      await evaluateLearner(scope, one.learnerId, at, 'event');
      return true;
    });
    if (isDone) failures.delete(key);
    return isDone;
  } catch (error) {
    const count = (failures.get(key)?.count ?? 0) + 1;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (count - 1));
    failures.set(key, { count, notBefore: at.getTime() + pauseMs });
    app.log.error({ error, ...one, count, pauseMs }, 'evaluation: failed, will be tried again');
    return false;
  }
}
