import { integerBelow, seededRandom } from '#lib/ml/core/random.ts';

// What the school's programs would send: a year's log as a table, hand-ins at a human pace, help at no human pace.

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** An event as POST /api/v1/monitor/activity takes it. */
export interface SentEvent {
  readonly id: string;
  readonly learner: string;
  readonly kind: string;
  readonly at: string;
  readonly seconds?: number;
  readonly due?: string;
  readonly item?: string;
}

/**
 * A table of these learners' last days as another system exports it, with words of its own: some come nearly every
 * day, others hardly ever, so that there is something to learn.
 */
export function exportedLog(learners: readonly string[], now: Date, days: number): string {
  const random = seededRandom(7);
  const actions = ['Reading', 'Quiz', 'Login'];
  const rows = learners.flatMap((learner, place) => {
    const habit = 0.05 + (0.85 * place) / learners.length;
    return Array.from({ length: days }, (_, back) => {
      if (random() > habit) return [];
      const day = new Date(now.getTime() - (back + 1) * dayMs).toISOString().slice(0, 10);
      return Array.from({ length: 1 + integerBelow(random, 3) }, () => {
        const [hour, minute] = [8 + integerBelow(random, 12), integerBelow(random, 60)];
        const clock = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        return `${learner},${day} ${clock},${actions[integerBelow(random, actions.length)] ?? ''}`;
      });
    }).flat();
  });
  return ['student,when,action', ...rows].join('\n');
}

/** Work handed in a day early, a week apart; the last of `count` is a few minutes old. */
export function handIns(learner: string, count: number, now: Date): SentEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const at = now.getTime() - (count - 1 - i) * (7 * dayMs + 37 * minuteMs) - 5 * minuteMs;
    return {
      id: `hand-in ${learner} ${i}`,
      learner,
      kind: 'submit',
      at: new Date(at).toISOString(),
      due: new Date(at + dayMs).toISOString(),
      item: `essay ${i}`,
    };
  });
}

/** Messages in the forum, on different days and at different hours. */
export function posts(learner: string, count: number, now: Date): SentEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `post ${learner} ${i}`,
    learner,
    kind: 'post',
    at: new Date(now.getTime() - i * (4 * dayMs + 53 * minuteMs) - 11 * minuteMs).toISOString(),
    seconds: 240 + 30 * i,
  }));
}

/** Help for classmates that nobody can give: one a second, a second each, always about the same thing. */
export function hastyHelp(learner: string, count: number, now: Date): SentEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `help ${learner} ${i}`,
    learner,
    kind: 'help',
    at: new Date(now.getTime() - minuteMs - i * 1000).toISOString(),
    seconds: 1,
    item: 'exercise 1',
  }));
}
