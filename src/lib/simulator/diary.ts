import type { ActivityEvent } from '#lib/domain/activity/event.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Person } from './person.ts';
import type { School } from './school.ts';

const millisecondsPerDay = 86_400_000;

/** Collects a learner's day; ids count within the day. */
export class Diary {
  readonly #school: School;
  readonly #person: Person;
  readonly #day: SchoolDay;
  readonly #events: ActivityEvent[] = [];
  class: string | null = null;

  constructor(school: School, person: Person, day: SchoolDay) {
    this.#school = school;
    this.#person = person;
    this.#day = day;
  }

  get day(): SchoolDay {
    return this.#day;
  }

  /** `minute` 0 to 1439 of this day in the school's own time. */
  write(
    kind: ActivityEvent['kind'],
    minute: number,
    more: Partial<Omit<ActivityEvent, 'id' | 'learner' | 'kind' | 'at' | 'class'>> & {
      readonly second?: number;
    } = {},
  ): void {
    const { second = 0, ...fields } = more;
    this.#events.push({
      id: `${this.#person.externalId}-${this.#day}-${this.#events.length}`,
      learner: this.#person.externalId,
      kind,
      at: fields.dayOnly
        ? new Date(this.#day * millisecondsPerDay)
        : this.#school.clock.instantOf(this.#day, minute, second),
      dayOnly: false,
      quantity: 1,
      seconds: 0,
      score: null,
      dueAt: null,
      class: this.class,
      source: 'lms',
      item: null,
      ...fields,
    });
  }

  /** The register knows days, not hours. */
  register(
    kind: ActivityEvent['kind'],
    more: Partial<Pick<ActivityEvent, 'quantity' | 'score' | 'item'>> = {},
  ): void {
    this.write(kind, 0, { dayOnly: true, source: 'register', ...more });
  }

  inOrder(): readonly ActivityEvent[] {
    return this.#events.sort((a, b) => a.at.getTime() - b.at.getTime());
  }
}
