import { horizonDays } from '#lib/domain/badges/chance-inputs.ts';
import { engagementLevels } from '#lib/server/models/task-model.ts';
import { loadSnapshots } from '#lib/server/features/index.ts';
import { buildDataset, type Row, TooLittleData } from '../dataset.ts';
import { snapshotDays } from '../snapshot-days.ts';
import type { Task } from '../task.ts';
import { isAround } from './presence.ts';
import { countLearners, observedSpan } from './school-facts.ts';
import { engagementColumns, engagementRow, engagementScore, levelOf, levelThresholds } from './engagement.ts';

const classes = engagementLevels.length;

const sampled = {
  loss: 'softmax',
  classes,
  lambda: 10,
  minChildWeight: 5,
  rowShare: 0.7,
  columnShare: 0.4,
  maxBins: 64,
} as const;

/** The level of activity over the next four weeks, against the school's own population. */
export const engagementLevel: Task = {
  name: 'engagement-level',
  method: {
    kind: 'stack',
    folds: 3,
    members: [
      {
        name: 'forest',
        method: {
          kind: 'forest',
          options: { classes, trees: 80, depth: 7, minLeaf: 15, tried: 14, maxBins: 64 },
        },
      },
      {
        name: 'lightgbm',
        method: {
          kind: 'boosting',
          options: { ...sampled, rounds: 60, rate: 0.08, growth: 'leaf', leaves: 8, depth: 4 },
        },
      },
      {
        name: 'xgboost',
        method: { kind: 'boosting', options: { ...sampled, rounds: 60, rate: 0.08, depth: 3 } },
      },
      {
        name: 'catboost',
        method: {
          kind: 'catboost',
          options: {
            loss: 'softmax',
            classes,
            rounds: 60,
            rate: 0.08,
            depth: 4,
            columnShare: 0.4,
            borders: 63,
          },
        },
      },
    ],
  },
  flag: { classes: [0, 1], from: 0.5 },
  collect: async (scope, { today, onProgress }) => {
    const { from, before: end } = await observedSpan(scope, today);
    const snapshots = snapshotDays(from, end);
    const partOf = new Map(snapshots.map(({ day, part }) => [day, part]));
    const learners = await countLearners(scope);
    const found: (Omit<Row, 'label'> & { readonly next: number })[] = [];
    let done = 0;
    // The horizon's end is loaded as well, so that each history reaches the end of the last label.
    const days = [...partOf.keys(), end];
    for await (const { learnerId, measurements } of loadSnapshots(scope, days)) {
      for (const { before, history, context, values } of measurements.filter(isAround)) {
        const part = partOf.get(before);
        if (!part) continue;
        const next = engagementScore(history, context, before + horizonDays);
        if (Number.isNaN(next)) continue;
        found.push({
          learnerId,
          before,
          part,
          next,
          values: engagementRow({ history, context, before, values }),
        });
      }
      onProgress(++done / learners);
    }
    const train = found.filter(({ part, next }) => part === 'train' && next > 0);
    if (train.length === 0) throw new TooLittleData('train: expected learners who did anything, got none');
    const thresholds = levelThresholds(train.map(({ next }) => next));
    const rows = found.map((row) => ({ ...row, label: levelOf(row.next, thresholds) }));
    return buildDataset(rows, {
      columns: engagementColumns,
      classes,
      directions: null,
      classNames: engagementLevels,
      facts: { thresholds },
      split: 'by time: train, then calibrate, then test; every label closes before the next part begins',
      baselines: [
        { name: 'base rate', columns: [] },
        { name: 'persistence', columns: ['engagement-now'] },
        { name: 'recency', columns: ['days-since-active'] },
      ],
    });
  },
};
