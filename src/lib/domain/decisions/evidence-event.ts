import type { ActivityEvent, ActivityKind, ActivitySource } from '../activity/event.ts';
import type { SchoolDay } from '../activity/school-day.ts';

/** A stored activity event, as far as judging its worth as evidence needs it. */
export interface EvidenceEvent {
  readonly day: SchoolDay;
  readonly kind: ActivityKind;
  /** 0 when the event named no class. */
  readonly classId: number;
  /** Seconds since 1970; null when only the day is known. */
  readonly second: number | null;
  readonly quantity: number;
  /** Time spent; 0 when unknown. */
  readonly seconds: number;
  readonly score: number | null;
  /** The deadline in seconds since 1970. */
  readonly dueSecond: number | null;
  readonly source: ActivitySource;
  readonly item: string | null;
}

const secondsPerDay = 86_400;

/** The event in the shape that rollups are folded from. */
export function asActivityEvent(event: EvidenceEvent): ActivityEvent {
  return {
    id: 'evidence',
    learner: '',
    kind: event.kind,
    at: new Date((event.second ?? event.day * secondsPerDay) * 1000),
    dayOnly: event.second === null,
    quantity: event.quantity,
    seconds: event.seconds,
    score: event.score,
    dueAt: event.dueSecond === null ? null : new Date(event.dueSecond * 1000),
    class: null,
    source: event.source,
    item: event.item,
  };
}
