import type { ActivityEvent } from '#lib/domain/activity/event.ts';
import { seededRandom } from '#lib/ml/core/random.ts';
import { sharedIngest } from '#lib/server/activity/endpoint.ts';
import type { App } from '#lib/server/platform/app.ts';
import {
  buildSchool,
  eventsForNow,
  type LearnerState,
  type LivedSchoolDay,
  nextDayEvents,
  type School,
} from '#lib/simulator/index.ts';
import { type DemoLives, saveLives } from './lives.ts';
import { writeMoves } from './moves.ts';

export interface LiveSchool {
  stop(): Promise<void>;
}

type Rooms = Pick<App, 'config' | 'database' | 'clock' | 'log'>;

const firstPauseMs = 3_000;
const longestPauseMs = 40_000;
// A new visitor sees the pages move; a demo left running for days does not drown in events.
const calmAfterMs = 45 * 60_000;
const eventsPerSend = 500;

/**
 * Keeps the demo school alive through the same ingest as any sender: first the days it slept through, then today's
 * events when their time comes, and in between somebody who sits down now.
 */
export function startLiveSchool(app: Rooms, given: DemoLives): LiveSchool {
  const school = buildSchool(given.options);
  const startedAt = app.clock.now().getTime();
  const random = seededRandom(startedAt % 2_147_483_647);
  let lives = given;
  let today: Today | null = null;
  let wake: () => void = () => undefined;
  let isStopping = false;

  const step = async () => {
    const at = app.clock.now();
    const { day } = school.clock.momentOf(at);
    if (today?.day !== day) {
      lives = await catchUp(app, school, lives, day);
      today = await planOf(app, school, lives, day);
    }
    const due = takeDue(today, at);
    await send(app, lives.schoolId, [...due, ...eventsForNow(school, today.states, at, random)]);
  };
  const run = async () => {
    while (!isStopping) {
      await step().catch((error: unknown) => app.log.error({ error }, 'demo: could not send live events'));
      if (!isStopping) await pause(paceAt(app.clock.now().getTime() - startedAt), (stop) => (wake = stop));
    }
  };
  const running = run();
  return {
    stop: () => {
      isStopping = true;
      wake();
      return running;
    },
  };
}

interface Today {
  readonly day: number;
  /** After the whole of today. */
  readonly states: readonly LearnerState[];
  /** Not sent yet, in the order of time. */
  waiting: readonly ActivityEvent[];
}

/** Lives the days before `day` that nobody has lived yet, and keeps how far it came. */
async function catchUp(app: Rooms, school: School, lives: DemoLives, day: number): Promise<DemoLives> {
  let current = lives;
  for (let next = standsAt(current); next < day; next++) {
    const lived = await liveDay(app, school, current, next);
    await send(app, lives.schoolId, lived.events);
    current = { ...current, states: lived.states };
    saveLives(app, current);
  }
  return current;
}

/** Lives a day and writes at once who entered or left a class on it; its events are the caller's to send. */
async function liveDay(app: Rooms, school: School, lives: DemoLives, day: number): Promise<LivedSchoolDay> {
  const lived = nextDayEvents(school, lives.states, day);
  await app.database.withSchool(lives.schoolId, (scope) =>
    writeMoves(scope, school, lives.states, lived.states),
  );
  return lived;
}

function standsAt({ states }: DemoLives): number {
  const [first] = states;
  if (!first) throw new RangeError('demo: expected at least one learner, got none');
  return first.day;
}

async function planOf(app: Rooms, school: School, lives: DemoLives, day: number): Promise<Today> {
  const lived = await liveDay(app, school, lives, day);
  return { day, states: lived.states, waiting: lived.events };
}

/** Removes from `today` what has happened by now, and returns it. */
function takeDue(today: Today, at: Date): readonly ActivityEvent[] {
  const due = today.waiting.filter((event) => event.at <= at);
  today.waiting = today.waiting.slice(due.length);
  return due;
}

/** Safe to repeat: the ids of simulated events are fixed, so what was sent before a restart counts once. */
async function send(app: Rooms, schoolId: number, events: readonly ActivityEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += eventsPerSend) {
    const receipt = await sharedIngest(app).accept(schoolId, events.slice(from, from + eventsPerSend));
    const [refusal] = receipt.refused;
    if (refusal) throw new Error(`demo: an event was refused: ${JSON.stringify(refusal)}`);
  }
}

function paceAt(elapsedMs: number): number {
  return firstPauseMs + (longestPauseMs - firstPauseMs) * Math.min(1, elapsedMs / calmAfterMs);
}

function pause(milliseconds: number, onStart: (wake: () => void) => void): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    onStart(() => {
      clearTimeout(timer);
      done();
    });
  });
}
