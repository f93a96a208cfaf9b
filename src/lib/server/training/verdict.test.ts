import { describe, expect, it } from 'vitest';
import { matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import type { TaskModel } from '#lib/server/models/task-model.ts';
import type { Dataset, PartRows } from './dataset.ts';
import { learn } from './learn.ts';
import { taskModelOf } from './train.ts';
import type { MemberMethod, Method } from './task.ts';
import { verdictOf } from './verdict.ts';

const method = {
  kind: 'boosting',
  options: { loss: 'logistic', rounds: 40, depth: 3, maxBins: 32 },
} as const;

/** Label 1 the likelier the larger the first column, and the second by its weight; `noise` labels are drawn by coin instead. */
function part(rows: number, seed: number, noise: number, second: number): PartRows {
  const random = seededRandom(seed);
  const values = Float64Array.from({ length: rows * 2 }, () => normal(random));
  const labels = Uint8Array.from({ length: rows }, (_, i) =>
    Number(
      random() < noise
        ? random() < 0.5
        : random() < 1 / (1 + Math.exp(-2 * values[2 * i] - second * values[2 * i + 1])),
    ),
  );
  const learners = Int32Array.from({ length: rows }, (_, i) => i);
  return { x: matrix(rows, 2, values), labels, learners, from: 0, to: 1 };
}

function world(noise: number, second = 0): Dataset {
  return {
    columns: ['a', 'b'],
    classes: 2,
    directions: null,
    classNames: ['no', 'yes'],
    parts: {
      train: part(600, 1, noise, second),
      calibrate: part(300, 2, noise, second),
      test: part(600, 3, noise === 1 ? 1 : 0, second),
    },
    facts: {},
    split: 'by time',
    baselines: [
      { name: 'base rate', columns: [] },
      { name: 'first column', columns: ['a'] },
    ],
  };
}

async function train(dataset: Dataset, seed = 1, by: Method = method) {
  const learned = await learn({ dataset, method: by, seed }, () => undefined);
  return { dataset, learned, model: taskModelOf('at-risk', dataset, learned) };
}

const verdict = ({ dataset, model }: Awaited<ReturnType<typeof train>>, champion: TaskModel | null) =>
  verdictOf(dataset, model, champion, 1);

describe('which model is champion', async () => {
  const good = await train(world(0));
  const weak = await train(world(0.7));

  it('is the first that beats the base rate', () => {
    expect(verdict(good, null)).toEqual({ status: 'champion', message: 'the first model of this task' });
  });

  it('is never one that does not', async () => {
    const blind = await train(world(1), 2);
    expect(verdict(blind, null).status).toBe('refused');
    expect(verdict(blind, null).message).toContain('not surely better than the base rate');
  });

  it('stays when the new one is surely worse', () => {
    expect(verdict(weak, good.model).status).toBe('challenger');
    expect(verdict(weak, good.model).message).toMatch(
      /^worse than the champion on the held-out rows: log loss \+0\.\d+ \(\+/,
    );
  });

  it('changes when the new one is better, or as good', async () => {
    expect(verdict(good, weak.model).status).toBe('champion');
    expect(verdict(await train(world(0), 9), good.model).status).toBe('champion');
  });

  it('changes when the old one reads other columns', () => {
    expect(verdict(weak, { ...good.model, columns: ['a', 'c'] }).message).toContain('no longer measured');
  });
});

describe('a model that would treat groups more differently', async () => {
  // Two groups that differ in the second column: the champion is blind to it, the fresh model rightly is not.
  const dataset = world(0, 2);
  const { learners, x } = dataset.parts.test;
  const groupOf = new Map(
    Array.from(learners, (id, row) => [id, x.values[2 * row + 1] > 0 ? 'hill' : 'valley']),
  );
  const gate = { groups: new Map([['quarter', groupOf]]), flag: { classes: [1], from: 0.5 }, bound: 0.1 };
  const champion = (await train(world(0))).model;
  const fresh = (await train(dataset)).model;

  it('is held for a person, with the gap in words', () => {
    expect(verdictOf(dataset, fresh, champion, 1).status).toBe('champion');
    const held = verdictOf(dataset, fresh, champion, 1, gate);
    expect(held.status).toBe('challenger');
    expect(held.message).toMatch(
      /^held for a person: quarter: .*the share flagged would differ between hill and valley by 0\.\d+ more than now/,
    );
  });

  it('passes when the bound allows for it, or the groups are not known', () => {
    expect(verdictOf(dataset, fresh, champion, 1, { ...gate, bound: 1 }).status).toBe('champion');
    expect(verdictOf(dataset, fresh, champion, 1, { ...gate, groups: new Map() }).status).toBe('champion');
  });
});

describe('learn', () => {
  it('gives the same bytes for the same seed, and names what it reads', async () => {
    const again = await train(world(0));
    const first = await train(world(0));
    expect(again.learned).toEqual(first.learned);
    expect(first.learned.pictures.importance[0].feature).toBe('a');
    expect(first.learned.baselines.map(({ name }) => name)).toEqual(['base rate', 'first column']);
  });

  it('serves a stack or its best member, and judges every member', async () => {
    const member = (rounds: number): MemberMethod => ({
      kind: 'boosting',
      options: { ...method.options, rounds },
    });
    const stack: Method = {
      kind: 'stack',
      folds: 3,
      members: [
        { name: 'short', method: member(5) },
        { name: 'long', method: member(60) },
        { name: 'forest', method: { kind: 'forest', options: { classes: 2, trees: 20, depth: 5 } } },
      ],
    };
    const { learned } = await train(world(0), 1, stack);
    expect(learned.members.map(({ name }) => name)).toEqual(['short', 'long', 'forest']);
    expect(['stack', 'short', 'long', 'forest']).toContain(learned.served.name);
    expect(learned.served.because).toBe(learned.served.name === 'stack' ? 'stack best' : 'member best');
    const best = Math.max(...learned.members.map(({ metrics }) => metrics.auc.value));
    expect(learned.judgement.metrics.auc.value).toBeGreaterThan(best - 0.02);
    const { byClass } = learned.coverage;
    for (const { covered } of byClass) expect(covered.high).toBeGreaterThan(0.9);
  });
});
