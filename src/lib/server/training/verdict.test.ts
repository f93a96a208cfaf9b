import { describe, expect, it } from 'vitest';
import { matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import type { TaskModel } from '#lib/server/models/task-model.ts';
import type { Dataset, PartRows } from './dataset.ts';
import { learn } from './learn.ts';
import type { Method } from './task.ts';
import { verdictOf } from './verdict.ts';

const method: Method = { kind: 'boosting', options: { loss: 'logistic', rounds: 40, depth: 3, maxBins: 32 } };

/** Label 1 the likelier the larger the first column; `noise` labels are drawn by coin instead. */
function part(rows: number, seed: number, noise: number): PartRows {
  const random = seededRandom(seed);
  const values = Float64Array.from({ length: rows * 2 }, () => normal(random));
  const labels = Uint8Array.from({ length: rows }, (_, i) =>
    Number(random() < noise ? random() < 0.5 : random() < 1 / (1 + Math.exp(-2 * values[2 * i]))),
  );
  const learners = Int32Array.from({ length: rows }, (_, i) => i);
  return { x: matrix(rows, 2, values), labels, learners, from: 0, to: 1 };
}

function world(noise: number, columns = ['a', 'b']): Dataset {
  return {
    columns,
    classes: 2,
    parts: {
      train: part(600, 1, noise),
      calibrate: part(300, 2, noise),
      test: part(600, 3, noise === 1 ? 1 : 0),
    },
    facts: {},
    split: 'by time',
    baselines: [
      { name: 'base rate', columns: [] },
      { name: 'first column', columns: ['a'] },
    ],
  };
}

function train(dataset: Dataset, seed = 1) {
  const learned = learn({ dataset, method, seed }, () => undefined);
  const { model, calibrations } = learned;
  const { columns, facts } = dataset;
  const made: TaskModel = {
    kind: 'task-model',
    version: 1,
    task: 'at-risk',
    catalogueVersion: 1,
    columns,
    model,
    calibrations,
    facts,
  };
  return { dataset, learned, model: made };
}

const verdict = ({ dataset, model }: ReturnType<typeof train>, champion: TaskModel | null) =>
  verdictOf(dataset, model, champion, 1);

describe('which model is champion', () => {
  const good = train(world(0));
  const weak = train(world(0.7));

  it('is the first that beats the base rate', () => {
    expect(verdict(good, null)).toEqual({ status: 'champion', message: 'the first model of this task' });
  });

  it('is never one that does not', () => {
    const blind = train(world(1), 2);
    expect(verdict(blind, null).status).toBe('refused');
    expect(verdict(blind, null).message).toContain('not surely better than the base rate');
  });

  it('stays when the new one is surely worse', () => {
    expect(verdict(weak, good.model).status).toBe('challenger');
    expect(verdict(weak, good.model).message).toMatch(
      /^worse than the champion on the held-out rows: log loss \+0\.\d+ \(\+/,
    );
  });

  it('changes when the new one is better, or as good', () => {
    expect(verdict(good, weak.model).status).toBe('champion');
    expect(verdict(train(world(0), 9), good.model).status).toBe('champion');
  });

  it('changes when the old one reads other columns', () => {
    expect(verdict(weak, { ...good.model, columns: ['a', 'c'] }).message).toContain('no longer measured');
  });
});

describe('learn', () => {
  it('gives the same bytes for the same seed, and names what it reads', () => {
    const again = train(world(0));
    const first = train(world(0));
    expect(again.learned).toEqual(first.learned);
    expect(first.learned.importance[0].feature).toBe('a');
    expect(first.learned.baselines.map(({ name }) => name)).toEqual(['base rate', 'first column']);
  });
});
