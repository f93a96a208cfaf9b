import { addToRollups, foldEvent } from '#lib/domain/activity/fold.ts';
import type { DailyRollup } from '#lib/domain/activity/rollup.ts';
import { parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import { badgeColumns, badgeRateColumn } from '#lib/domain/badges/chance-inputs.ts';
import { type Badge, badgeCatalogue, type Criterion } from '#lib/domain/badges/index.ts';
import { type CalendarSpan, catalogueVersion } from '#lib/domain/features/index.ts';
import type { Student } from '#lib/ml/distil/index.ts';
import { toyStudent } from '#lib/ml/distil/toy-student.ts';
import { packRollups, type PreviewBadge, type PreviewData } from '#lib/preview/data.ts';
import { buildSchool, type School, simulateLearner } from '#lib/simulator/index.ts';

// Simulated learners as their own pages would be sent them.

export interface ExampleOptions {
  /** Which learner of the school. */
  readonly learner: number;
  /** Open badges: the catalogue, then the catalogue with its numbers changed, until there are so many. */
  readonly badges?: number;
  /** Whole school years before the running one. */
  readonly years?: number;
  readonly before?: SchoolDay;
}

export const exampleDay = parseSchoolDay('2026-03-19');

export function examplePreview({
  learner,
  years = 1,
  before = exampleDay,
  badges,
}: ExampleOptions): PreviewData {
  const school = buildSchool({ ...{ seed: 5, learners: 120, classes: 6 }, years, before });
  return previewOf(school, learner, badges);
}

/** All learners of one school. */
export function examplePreviews(learners: number): PreviewData[] {
  const school = buildSchool({ ...{ seed: 5, learners, classes: 8 }, years: 1, before: exampleDay });
  return Array.from({ length: learners }, (_, learner) => previewOf(school, learner));
}

function previewOf(school: School, learner: number, badges = badgeCatalogue.length): PreviewData {
  const { events, memberships, person } = simulateLearner(school, school.people[learner]);
  const rollups = new Map<string, DailyRollup>();
  const { timeZone, before } = school.options;
  for (const event of events) {
    const classId = 1 + school.classes.findIndex(({ externalId }) => externalId === event.class);
    addToRollups(rollups, foldEvent(event, { learnerId: 1, classId, timeZone }));
  }
  const present = memberships.find(({ leftOn }) => leftOn === null || leftOn > before);
  const work = present ? school.assignments[present.classIndex] : [];
  return {
    version: 1,
    catalogueVersion,
    before,
    joinedOn: memberships[0]?.joinedOn ?? person.joinedOn,
    calendar: exampleCalendar,
    rollups: packRollups([...rollups.values()]),
    held: [],
    badges: manyBadges(badges).map(previewBadge),
    otherNames: {},
    due: work
      .filter(({ dueOn }) => dueOn >= before)
      .map(({ title, dueOn }) => ({ title, className: 'A', dueOn })),
    model: { version: 'example', url: '/example.bin' },
    frozen: [
      { measure: 'class-activity-ratio', window: 28, now: 1.1, then: 0.9 },
      { measure: 'class-score-difference', window: 91, now: 2, then: -1 },
    ],
  };
}

const exampleCalendar: readonly CalendarSpan[] = [
  { kind: 'term', startsOn: parseSchoolDay('2024-09-12'), endsOn: parseSchoolDay('2025-06-07') },
  { kind: 'term', startsOn: parseSchoolDay('2025-09-11'), endsOn: parseSchoolDay('2026-06-06') },
  { kind: 'holiday', startsOn: parseSchoolDay('2025-12-22'), endsOn: parseSchoolDay('2026-01-06') },
  { kind: 'holiday', startsOn: parseSchoolDay('2026-04-02'), endsOn: parseSchoolDay('2026-04-07') },
];

/** Beyond the catalogue no badge belongs to a series, so that all of them are shown. */
function manyBadges(count: number): Badge[] {
  return Array.from({ length: count }, (_, i) => {
    const badge = badgeCatalogue[i % badgeCatalogue.length];
    const round = Math.floor(i / badgeCatalogue.length);
    if (round === 0 && count <= badgeCatalogue.length) return badge;
    return { ...badge, id: `${badge.id}.${round}`, series: null, criterion: harder(badge.criterion, round) };
  });
}

/** Other numbers and other windows: what rules of the same kind share would otherwise be measured only once. */
function harder(criterion: Criterion, round: number): Criterion {
  const each = (parts: readonly Criterion[]) => parts.map((part) => harder(part, round));
  if ('all' in criterion) return { all: each(criterion.all) };
  if ('any' in criterion) return { any: each(criterion.any) };
  if ('not' in criterion) return { not: harder(criterion.not, round) };
  if ('of' in criterion) return { ...criterion, of: each(criterion.of) };
  if ('sequence' in criterion) return { ...criterion, sequence: each(criterion.sequence) };
  if ('holds' in criterion) return round === 0 ? { holds: `${criterion.holds}.0` } : criterion;
  const { window, value } = criterion;
  return {
    ...criterion,
    window: window === null ? null : window + 7 * (round % 4),
    value: value * (1 + round / 8),
  };
}

function previewBadge(badge: Badge, index: number): PreviewBadge {
  const { name, description, rarity, ...rest } = badge;
  const shown = { name: name.en, description: description.en };
  return { ...rest, ...shown, rarity, liveRarity: rarity, share: 0.1, rate: 0.01 * (index % 30) };
}

/** A student with the columns of badge-chance and weights drawn by chance: what it says means nothing. */
export function exampleStudent(seed = 3, hidden: readonly number[] = [32, 16]): Student {
  const toy = toyStudent({ seed, columns: badgeColumns.length, shared: badgeRateColumn, hidden });
  const inputs = toy.inputs.map((input, i) => ({
    ...input,
    column: badgeColumns[i],
    mean: i % 5,
    scale: 1 + (i % 7),
  }));
  return { ...toy, inputs };
}
