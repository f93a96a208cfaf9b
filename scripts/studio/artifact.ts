import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NetworkModel } from '../../src/lib/ml/neural/index.ts';

/** Where the studio's pair is kept: the one trained model that belongs to the house and not to a school. */
export const pairFolder = join(import.meta.dirname, '../../model-artifacts/house/emblem-gan');

export const shape = { latent: 16, hidden: 64 } as const;

/** What the page needs beside the two networks. */
export interface SpaceFile {
  readonly latent: number;
  readonly blocks: readonly number[];
  readonly directions: readonly { readonly axis: readonly number[]; readonly changes: readonly string[] }[];
  readonly style: { readonly tenth: number; readonly half: number };
}

export function readSpace(): SpaceFile {
  return JSON.parse(readFileSync(join(pairFolder, 'space.json'), 'utf8')) as SpaceFile;
}

/** The saved pair as our own networks run it: the weights lie in both files in the same order. */
export function readPair(): { readonly generator: NetworkModel; readonly discriminator: NetworkModel } {
  const width = readSpace().blocks.reduce((sum, size) => sum + size, 0);
  return {
    generator: readNetwork('generator', shape.latent, width),
    discriminator: readNetwork('discriminator', width, 1),
  };
}

function readNetwork(name: string, inputWidth: number, outputs: number): NetworkModel {
  const bytes = readFileSync(join(pairFolder, name, 'weights.bin'));
  const hidden = { kind: 'dense', units: shape.hidden, activation: 'leaky' } as const;
  return {
    kind: 'network',
    version: 1,
    inputWidth,
    steps: 1,
    layers: [hidden, hidden, { kind: 'dense', units: outputs, activation: 'linear' }],
    weights: new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)),
  };
}
