import type { Model, NetworkMember } from '#lib/ml/ensemble/index.ts';
import { layersModelFiles } from '#lib/ml/neural/index.ts';

/**
 * Each network of a stack as files of its own for other programs, in a folder of its name: the two that
 * `tf.loadLayersModel` reads, and `reads.json`, which says how its input is standardised. Its second input `shares` tells
 * which weeks are real: 1 / length at these, 0 behind.
 */
export function networkFiles(model: Model): Readonly<Record<string, Uint8Array | string>> {
  if (model.kind !== 'stack') return {};
  return Object.assign(
    {},
    ...model.members.map((member, m) =>
      member.kind === 'network-member' ? filesOf(model.names[m], member) : {},
    ),
  );
}

function filesOf(name: string, { model }: NetworkMember): Readonly<Record<string, Uint8Array | string>> {
  const { family, weeks, scales, activity, network } = model;
  const files = layersModelFiles(network);
  const reads = { family, weeks, scales, answers: ['margin', 'next week’s activity'], activity };
  return {
    [`${name}/model.json`]: files['model.json'],
    [`${name}/weights.bin`]: files['weights.bin'],
    [`${name}/reads.json`]: `${JSON.stringify(reads, null, 2)}\n`,
  };
}
