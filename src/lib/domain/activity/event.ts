/** What a learner can do. The order is part of the stored format of models: add at the end only. */
export const activityKinds = [
  'attend', // present in a lesson
  'absence', // missing from a lesson
  'view', // opened the course's front page
  'browse', // went through its inner pages
  'read', // read or watched its contents
  'resource', // opened a file
  'forum', // read the forum
  'link', // followed a link that leads outside
  'practice', // tried an exercise or a quiz that gives no grade
  'collaborate', // worked with others: wiki, call, group work
  'lookup', // glossary, data, reference pages
  'post', // wrote in the forum
  'help', // answered or reviewed a classmate
  'submit', // handed in work, on time or late
  'grade', // got a grade, 0 to 100
  'enrol', // entered the class
  'withdraw', // left the class
] as const;

export type ActivityKind = (typeof activityKinds)[number];

/** Kinds that happen to a learner, or about one, rather than being something the learner did. */
export const passiveKinds: ReadonlySet<ActivityKind> = new Set(['absence', 'grade', 'enrol', 'withdraw']);

export type ActivitySource = 'lms' | 'register' | 'import' | 'teacher' | 'learner' | 'program';

/** One thing a learner did, as the school sent it. */
export interface ActivityEvent {
  /** The sender's own id: an event sent twice counts once. 1 to 200 characters. */
  readonly id: string;
  /** The school's own id of the learner. */
  readonly learner: string;
  readonly kind: ActivityKind;
  readonly at: Date;
  /** True when the sender knows the day alone: then no hour, session or night can be read from it. */
  readonly dayOnly: boolean;
  /** How much: clicks, pages, exercises. At least 0; 1 unless told. */
  readonly quantity: number;
  /** Time spent, 0 when unknown. */
  readonly seconds: number;
  /** 0 to 100, for graded work; null when there is none. */
  readonly score: number | null;
  /** When it was due, for hand-ins; null when there was no deadline. */
  readonly dueAt: Date | null;
  /** The school's own id of the class; null when it belongs to none. */
  readonly class: string | null;
  readonly source: ActivitySource;
  /** What it was about: an assignment, a page, a lesson. */
  readonly item: string | null;
}
