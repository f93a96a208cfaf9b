import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type ActivityEvent, passiveKinds } from '#lib/domain/activity/event.ts';
import { localMoment, parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { seededRandom } from '#lib/ml/core/random.ts';
import { auc } from '#lib/ml/evaluate/index.ts';
import {
  currentMembership,
  encourage,
  eventsForNow,
  nextDayEvents,
  simulateLearner,
  type SimulatedLearner,
  simulateSchool,
  type SimulatedSchool,
  stepLearner,
} from './index.ts';

const options = { seed: 11, learners: 300, classes: 12, before: parseSchoolDay('2026-11-22'), years: 2 };
const school = simulateSchool(options);
const zone = school.options.timeZone;

function isOwnDoing({ kind }: ActivityEvent): boolean {
  return !passiveKinds.has(kind) && kind !== 'attend';
}

function dayOf(event: ActivityEvent): SchoolDay {
  return event.dayOnly ? event.at.getTime() / 86_400_000 : school.clock.momentOf(event.at).day;
}

function fingerprint({ learners }: SimulatedSchool): string {
  const hash = createHash('sha256');
  for (const { person, memberships, events } of learners)
    hash.update(JSON.stringify([person, memberships, events]));
  return hash.digest('hex');
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const [meanX, meanY] = [mean(pairs.map(([x]) => x)), mean(pairs.map(([, y]) => y))];
  const sum = (term: (x: number, y: number) => number) =>
    pairs.reduce((total, [x, y]) => total + term(x - meanX, y - meanY), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
}

describe('the same school again', () => {
  const small = { ...options, learners: 40, classes: 5 };

  test('the same seed gives the same bytes, another seed another school', () => {
    expect(fingerprint(simulateSchool(small))).toBe(fingerprint(simulateSchool(small)));
    expect(fingerprint(simulateSchool(small))).not.toBe(fingerprint(simulateSchool({ ...small, seed: 12 })));
  });

  test('a learner needs no other: lived alone, the same life', () => {
    const alone = simulateLearner(school, school.learners[17]?.person ?? school.people[0] ?? expect.fail());
    expect(alone).toEqual(school.learners[17]);
  });

  test('without gaming the honest part of every day stays as it was', () => {
    const honest = simulateSchool({ ...options, gaming: false });
    const [gamed, clean] = [school, honest].map(({ learners }) =>
      learners.map(({ events }) => events.length),
    );
    school.truth.forEach(({ tactic }, index) => {
      if (tactic === null) expect(clean?.[index]).toBe(gamed?.[index]);
      if (tactic === 'clicker') expect(clean?.[index]).toBeLessThan(gamed?.[index] ?? 0);
    });
  });

  test('says which option it cannot use', () => {
    expect(() => simulateSchool({ ...options, learners: 3 })).toThrow(
      'learners: expected a whole number from 12 to 20000, got 3',
    );
  });
});

describe('enrolment', () => {
  test('every event lies inside a membership of its class, in the order of time', () => {
    for (const { person, memberships, events } of school.learners) {
      const spans = new Map(memberships.map((one) => [school.classes[one.classIndex]?.externalId, one]));
      let last = 0;
      for (const event of events) {
        const span = spans.get(event.class ?? '');
        const day = dayOf(event);
        if (
          !span ||
          day < span.joinedOn ||
          (span.leftOn !== null && day >= span.leftOn) ||
          day >= options.before
        ) {
          expect.fail(`${person.externalId}: ${event.kind} on ${day} outside ${JSON.stringify(span)}`);
        }
        if (!event.dayOnly) {
          expect(event.at.getTime()).toBeGreaterThanOrEqual(last);
          last = event.at.getTime();
        }
      }
    }
  });

  test('ids are unique and the home class is one at a time', () => {
    for (const { memberships, events } of school.learners) {
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      memberships.slice(1).forEach((next, i) => expect(next.joinedOn).toBe(memberships[i]?.leftOn));
    }
  });

  test('years end as they do in a school: most pass, some fail, few leave', () => {
    const outcomes = school.learners.flatMap(({ memberships }) => memberships.map(({ outcome }) => outcome));
    const ended = outcomes.filter((outcome) => outcome !== null);
    const share = (wanted: string) => ended.filter((outcome) => outcome === wanted).length / ended.length;
    expect(share('pass')).toBeGreaterThan(0.65);
    expect(share('distinction')).toBeGreaterThan(0.03);
    expect(share('fail')).toBeGreaterThan(0.02);
    expect(share('fail')).toBeLessThan(0.15);
    expect(share('withdrawn')).toBeGreaterThan(0.02);
    expect(share('withdrawn')).toBeLessThan(0.12);
  });
});

describe('rhythm', () => {
  const honest = school.learners.filter((_, index) => school.truth[index]?.tactic === null);

  test('lessons are attended on school days alone', () => {
    for (const { events } of honest) {
      for (const event of events) {
        if (event.kind === 'attend' || event.kind === 'absence')
          expect(school.kindOf(dayOf(event))).toBe('lessons');
      }
    }
  });

  test('school days are busiest, then weekends, holidays, summer', () => {
    const days = { lessons: 0, weekend: 0, holiday: 0, summer: 0 };
    for (let day = school.years[0]?.startsOn ?? 0; day < options.before; day++) days[school.kindOf(day)]++;
    const done = { lessons: 0, weekend: 0, holiday: 0, summer: 0 };
    for (const { events } of honest)
      for (const event of events) if (isOwnDoing(event)) done[school.kindOf(dayOf(event))]++;
    const rate = (kind: keyof typeof days) => done[kind] / days[kind];
    expect(rate('lessons')).toBeGreaterThan(1.2 * rate('weekend'));
    expect(rate('weekend')).toBeGreaterThan(1.5 * rate('holiday'));
    expect(rate('holiday')).toBeGreaterThan(3 * rate('summer'));
  });

  test('owls are awake at night, the others in the afternoon', () => {
    const nightShare = (archetype: string) => {
      const events = honest
        .filter(({ person }) => person.archetype === archetype)
        .flatMap((learner) => learner.events.filter((event) => isOwnDoing(event) && !event.dayOnly));
      const late = events.filter(({ at }) => {
        const { minute } = localMoment(at, zone);
        return minute >= 22 * 60 || minute < 5 * 60;
      });
      return late.length / events.length;
    };
    expect(nightShare('night owl')).toBeGreaterThan(0.6);
    expect(nightShare('steady')).toBeLessThan(0.15);
  });

  // Were days independent draws of one rate, the counts would spread as Poisson's: variance = mean. Sessions bundle
  // events and motivation drifts, so people spread more; a week's sessions of one learner stay near it.
  test('days with study vary more than chance alone, weeks of the same mood do not explode', () => {
    const dispersions = honest.slice(0, 80).flatMap(({ events }) => {
      const counts = new Map<SchoolDay, number>();
      for (const event of events)
        if (isOwnDoing(event)) counts.set(dayOf(event), (counts.get(dayOf(event)) ?? 0) + 1);
      const days = [...Array(options.before - (school.years[0]?.startsOn ?? 0)).keys()]
        .map((offset) => (school.years[0]?.startsOn ?? 0) + offset)
        .filter((day) => school.kindOf(day) === 'lessons');
      const values = days.map((day) => counts.get(day) ?? 0);
      const average = mean(values);
      return average > 0.2 ? [mean(values.map((value) => (value - average) ** 2)) / average] : [];
    });
    expect(mean(dispersions)).toBeGreaterThan(1.3);
    expect(mean(dispersions)).toBeLessThan(8);
  });
});

describe('cause and effect', () => {
  test('who practises more has better grades', () => {
    const pairs = school.learners.flatMap(({ events }) => {
      const grades = events.filter(({ kind }) => kind === 'grade').map(({ score }) => score ?? 0);
      const practice = events.filter(({ kind }) => kind === 'practice').length;
      return grades.length >= 10 ? [[practice / grades.length, mean(grades)] as const] : [];
    });
    expect(correlation(pairs)).toBeGreaterThan(0.35);
    expect(correlation(pairs)).toBeLessThan(0.95);
  });

  test('who is less conscientious hands in later', () => {
    const pairs = school.learners.flatMap(({ person, events }) => {
      const handIns = events.filter(({ kind }) => kind === 'submit');
      const late = handIns.filter(({ at, dueAt }) => dueAt !== null && at > dueAt).length;
      const isHonest = person.archetype !== 'gamer' && handIns.length >= 10;
      return isHonest ? [[person.traits.conscientiousness, late / handIns.length] as const] : [];
    });
    expect(correlation(pairs)).toBeLessThan(-0.5);
  });

  test('late bloomers rise', () => {
    const risen = school.learners.flatMap((learner) => {
      const turn = learner.person.plan.bloomsOn;
      if (turn === null) return [];
      const [earlier, later] = [
        dailyRate(learner, turn - 90, turn - 20),
        dailyRate(learner, turn + 20, turn + 90),
      ];
      return Number.isFinite(earlier) && Number.isFinite(later) ? [later > earlier ? 1 : 0] : [];
    });
    expect(risen.length).toBeGreaterThan(10);
    expect(mean(risen)).toBeGreaterThan(0.8);
  });

  /** Own doings a day of lessons, while enrolled; NaN when there was none. */
  function dailyRate({ memberships, events }: SimulatedLearner, from: SchoolDay, before: SchoolDay): number {
    const last = memberships.at(-1)?.leftOn ?? options.before;
    const isCounted = (day: SchoolDay) => day >= from && day < before && school.kindOf(day) === 'lessons';
    const days = [...Array(before - from).keys()].map((offset) => from + offset);
    const lived = days.filter(
      (day) => isCounted(day) && day < last && day >= (memberships[0]?.joinedOn ?? 0),
    );
    return (
      events.filter((event) => isOwnDoing(event) && isCounted(dayOf(event))).length / (lived.length || NaN)
    );
  }

  test('those who leave within four weeks have fallen silent: recency alone tells them from the others', () => {
    const days = lessonDays(7);
    const answers: number[] = [];
    const labels: number[] = [];
    for (const learner of school.learners) {
      const own = learner.events.filter(isOwnDoing).map(dayOf);
      for (const day of days) {
        const label = leavesSoon(learner, day);
        if (label === null) continue;
        answers.push(day - (own.findLast((active) => active < day) ?? day - 60));
        labels.push(label);
      }
    }
    expect(labels.filter((label) => label === 1).length).toBeGreaterThan(15);
    expect(auc(Float64Array.from(answers), labels)).toBeGreaterThan(0.75);
  });

  function lessonDays(every: number): SchoolDay[] {
    const first = school.years[0]?.startsOn ?? 0;
    const days = [...Array(options.before - first).keys()].map((offset) => first + offset);
    return days.filter((day, i) => i > 40 && school.kindOf(day) === 'lessons' && day % every === 0);
  }

  function leavesSoon({ memberships }: SimulatedLearner, day: SchoolDay): 0 | 1 | null {
    const now = memberships.find(
      ({ joinedOn, leftOn }) => day >= joinedOn && (leftOn === null || day < leftOn),
    );
    if (!now) return null;
    return now.outcome === 'withdrawn' && (now.leftOn ?? 0) <= day + 28 ? 1 : 0;
  }
});

describe('gamers', () => {
  test('nobody honest reaches their speed: most events within one minute', () => {
    const greatest = (events: readonly ActivityEvent[]) => {
      const minutes = new Map<number, number>();
      for (const event of events) {
        if (event.dayOnly) continue;
        const minute = Math.floor(event.at.getTime() / 60_000);
        minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
      }
      return Math.max(0, ...minutes.values());
    };
    const fast = new Set(['clicker', 'repeater', 'bulk hand-in']);
    school.truth.forEach(({ tactic, care }, index) => {
      const events = school.learners[index]?.events ?? [];
      if (tactic === null) expect(greatest(events)).toBeLessThanOrEqual(6);
      else if (fast.has(tactic) && (care ?? 1) < 0.3) expect(greatest(events)).toBeGreaterThan(6);
    });
  });

  test('they game inside their spells alone', () => {
    const honest = simulateSchool({ ...options, gaming: false });
    school.truth.forEach(({ gamingSpans, tactic }, index) => {
      if (tactic === null || tactic === 'bulk hand-in') return;
      const known = new Set(
        honest.learners[index]?.events.map(({ id, kind, at }) => `${id} ${kind} ${at.getTime()}`),
      );
      const extra = school.learners[index]?.events.filter(
        ({ id, kind, at }) => !known.has(`${id} ${kind} ${at.getTime()}`),
      );
      for (const event of extra ?? []) {
        const day = dayOf(event);
        expect(gamingSpans.some(({ from, before }) => day >= from && day < before)).toBe(true);
      }
    });
  });
});

describe('any day of the year', () => {
  test.each(['2026-07-20', '2026-08-31', '2026-09-01', '2026-09-05', '2027-01-01', '2028-02-29'])(
    'on %s the school lives and somebody may sit down',
    (date) => {
      const before = parseSchoolDay(date);
      const small = simulateSchool({ ...options, learners: 30, classes: 5, years: 1, before });
      const states = small.learners.map(({ state }) => state);
      const lived = nextDayEvents(small, states, before);
      expect(lived.states.filter(currentMembership).length).toBeGreaterThan(10);
      const at = small.clock.instantOf(before, 17 * 60);
      expect(eventsForNow(small, lived.states, at, seededRandom(1)).length).toBeGreaterThan(0);
    },
  );
});

describe('a world to act in', () => {
  test('a badge lifts motivation, the next one at once less', () => {
    const { person, state } = school.learners.find(({ state }) => currentMembership(state)) ?? expect.fail();
    const once = encourage(person, state);
    const twice = encourage(person, once);
    const [first, second] = [once.motivation - state.motivation, twice.motivation - once.motivation];
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(0);
    expect(second).toBeLessThan(first);
  });

  test('living a day changes nothing that was given, and can be saved as JSON on the way', () => {
    const { person, state } = school.learners.find(({ state }) => currentMembership(state)) ?? expect.fail();
    const saved = JSON.stringify(state);
    const lived = stepLearner(school, person, state);
    expect(JSON.stringify(state)).toBe(saved);
    expect(stepLearner(school, person, JSON.parse(saved))).toEqual(lived);
    expect(lived.state.day).toBe(state.day + 1);
  });
});
