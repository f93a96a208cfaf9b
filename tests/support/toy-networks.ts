import { matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import type { NetworkMember, StackModel } from '#lib/ml/ensemble/index.ts';
import { withMoreColumns } from '#lib/ml/ensemble/index.ts';
import { fitTransformer, sequencesOf } from '#lib/ml/sequence/index.ts';
import { fitBoosting } from '#lib/ml/trees/index.ts';
import type { TaskModel } from '#lib/server/models/task-model.ts';
import { weekColumns, weekCounts, weeksRead } from '#lib/server/training/tasks/at-risk-weeks.ts';
import { toyModel } from './toy-models.ts';

/** A model of at-risk that reads weeks: trees and a small Transformer, both learnt from noise, equal in weight. */
export function toyNetworkModel(columns: readonly string[]): TaskModel {
  const all = [...columns, ...weekColumns];
  const model = toyModel('at-risk', columns);
  const trees = fitBoosting(noise(columns.length), { seed: 1, loss: 'logistic', rounds: 5, depth: 2 });
  const network: NetworkMember = {
    kind: 'network-member',
    version: 1,
    columns: all.length,
    outputs: 1,
    layout: { first: columns.length, weeks: weeksRead, channels: weekCounts.length },
    model: toyTransformer(),
  };
  const stack: StackModel = {
    kind: 'stack',
    version: 1,
    columns: all.length,
    outputs: 1,
    names: ['xgboost', 'transformer'],
    members: [withMoreColumns(trees, all.length), network],
    weights: Float64Array.of(0.5, 0.5),
    bias: Float64Array.of(0.1),
  };
  return { ...model, columns: all, model: stack };
}

const rows = 120;

function noise(columns: number) {
  const random = seededRandom(4);
  const values = Float64Array.from({ length: rows * columns }, () => 10 * Math.abs(normal(random)));
  return {
    x: matrix(rows, columns, values),
    labels: Uint8Array.from({ length: rows }, () => Number(random() < 0.5)),
  };
}

function toyTransformer() {
  const { x, labels } = noise(weekColumns.length);
  const layout = { first: 0, weeks: weeksRead, channels: weekCounts.length };
  const examples = { ...sequencesOf(x, layout), labels, learners: labels.map((_, i) => i) };
  return fitTransformer(examples, { seed: 1, width: 8, heads: 2, hidden: 8, epochs: 2, counts: weekCounts });
}
