import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import { badgeColumns, badgeRateColumn, badgeRow, horizonDays } from '#lib/domain/badges/chance-inputs.ts';
import { type Badge, type FindCrossings, prepareCrossings } from '#lib/domain/badges/index.ts';
import { seededRandom } from '#lib/ml/core/random.ts';
import { activeBadges } from '#lib/server/awards/badges.ts';
import { loadSnapshots, type Measurement, type Snapshots } from '#lib/server/features/index.ts';
import { buildDataset, type Part, type Row, TooLittleData } from '../dataset.ts';
import { snapshotDays } from '../snapshot-days.ts';
import type { Task } from '../task.ts';
import { countAround, isAround } from './presence.ts';
import { countLearners, observedSpan } from './school-facts.ts';

const mostRows = 40_000;

const sampled = {
  loss: 'logistic',
  lambda: 5,
  minChildWeight: 5,
  rowShare: 0.7,
  columnShare: 0.5,
  maxBins: 64,
} as const;

/** The chance that a learner earns a badge they do not hold within four weeks. */
export const badgeChance: Task = {
  name: 'badge-chance',
  method: {
    kind: 'stack',
    folds: 3,
    members: [
      {
        name: 'lightgbm',
        method: {
          kind: 'boosting',
          options: { ...sampled, rounds: 80, rate: 0.12, growth: 'leaf', leaves: 10, depth: 5 },
        },
      },
      {
        name: 'xgboost',
        method: { kind: 'boosting', options: { ...sampled, rounds: 100, rate: 0.1, depth: 4 } },
      },
      {
        name: 'catboost',
        method: {
          kind: 'catboost',
          options: {
            loss: 'logistic',
            rounds: 100,
            rate: 0.1,
            depth: 5,
            columnShare: 0.5,
            borders: 63,
            leafSteps: 2,
          },
        },
      },
    ],
  },
  flag: { classes: [1], from: 0.5 },
  collect: async (scope, { today, seed, onProgress }) => {
    const { from, before: end } = await observedSpan(scope, today);
    const snapshots = snapshotDays(from, end);
    const badges = (await activeBadges(scope)).map(({ badge }) => badge);
    if (badges.length === 0) throw new TooLittleData('badges: expected at least one active badge, got none');
    const learners = await countLearners(scope);
    const around = await countAround(
      scope,
      snapshots.map(({ day }) => day),
    );
    const share = Math.min(1, mostRows / (Math.max(1, around) * badges.length));
    const sampler: Sampler = {
      badges,
      find: prepareCrossings(badges),
      partOf: new Map(snapshots.map(({ day, part }) => [day, part])),
      end,
      share,
      random: seededRandom(seed),
    };
    const rows: BadgeRow[] = [];
    let done = 0;
    for await (const one of loadSnapshots(scope, [...sampler.partOf.keys(), end])) {
      rows.push(...rowsOf(one, sampler));
      onProgress(++done / learners);
    }
    const rates = earnedShares(rows, badges.length);
    for (const row of rows) row.values[badgeRateColumn] = rates[row.badge];
    return buildDataset(rows, {
      columns: badgeColumns,
      classes: 2,
      directions: null,
      classNames: ['no', 'yes'],
      facts: { badgeIds: badges.map(({ id }) => id), badgeRates: rates },
      split: 'by time: train, then calibrate, then test; every label closes before the next part begins',
      baselines: [
        { name: 'base rate', columns: [] },
        { name: 'rate of each badge', columns: ['badge-rate'] },
        { name: 'persistence', columns: ['badge-progress'] },
        { name: 'recency', columns: ['days-since-active'] },
      ],
    });
  },
};

type BadgeRow = Row & { readonly badge: number };

interface Sampler {
  readonly badges: readonly Badge[];
  readonly find: FindCrossings;
  readonly partOf: ReadonlyMap<SchoolDay, Part>;
  /** The first day that the log does not cover. */
  readonly end: SchoolDay;
  /** Of all learner × day × open badge, so many become rows. */
  readonly share: number;
  random(): number;
}

function rowsOf({ learnerId, measurements }: Snapshots, sampler: Sampler): BadgeRow[] {
  const last = measurements.at(-1);
  if (!last) return [];
  const { history, context } = last;
  const crossings = sampler.find(history, context, { from: history.from, before: sampler.end });
  return measurements
    .filter(isAround)
    .flatMap((measurement) => rowsAt(learnerId, measurement, crossings, sampler));
}

function rowsAt(
  learnerId: number,
  measurement: Measurement,
  crossings: ReadonlyMap<string, SchoolDay>,
  { badges, partOf, share, random }: Sampler,
): BadgeRow[] {
  const { before } = measurement;
  const part = partOf.get(before);
  if (!part) return [];
  const crossedOn = (id: string) => crossings.get(id) ?? Infinity;
  const holds = (id: string, day: SchoolDay) => crossedOn(id) < day;
  const held = badges.filter(({ id }) => holds(id, before)).length;
  return badges.flatMap((badge, index) => {
    if (holds(badge.id, before) || random() >= share) return [];
    const values = badgeRow(measurement, badge, holds, held, NaN);
    const label = Number(crossedOn(badge.id) < before + horizonDays);
    return { learnerId, before, part, values, label, badge: index };
  });
}

/** How often each badge was earned in the training part; a badge seen a few times leans on the rate of all. */
function earnedShares(rows: readonly BadgeRow[], badges: number): Float64Array {
  const train = rows.filter(({ part }) => part === 'train');
  const overall = train.reduce((sum, { label }) => sum + label, 0) / Math.max(1, train.length);
  const caution = 20;
  const earned = new Float64Array(badges).fill(caution * overall);
  const seen = new Float64Array(badges).fill(caution);
  for (const { badge, label } of train) {
    earned[badge] += label;
    seen[badge] += 1;
  }
  return earned.map((count, badge) => count / seen[badge]);
}
