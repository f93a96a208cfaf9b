import { designBlocks } from '#lib/domain/badges/design-codes.ts';
import discriminatorWeights from '../../../../../../model-artifacts/house/emblem-gan/discriminator/weights.bin?url';
import generatorWeights from '../../../../../../model-artifacts/house/emblem-gan/generator/weights.bin?url';
import type { DesignSpace } from './proposals.ts';

/**
 * The trained pair, run by tfjs on this device. Everything is fetched at the first call: the page is usable before.
 * @throws Error when a file does not come, or the pair was trained for other designs than these
 */
export async function loadDesignSpace(): Promise<DesignSpace> {
  const [{ openModel }, generatorFile, discriminatorFile, space] = await Promise.all([
    import('./open-model.ts'),
    import('../../../../../../model-artifacts/house/emblem-gan/generator/model.json'),
    import('../../../../../../model-artifacts/house/emblem-gan/discriminator/model.json'),
    import('../../../../../../model-artifacts/house/emblem-gan/space.json'),
  ]);
  const { latent, blocks, directions, style } = space.default;
  if (blocks.join() !== designBlocks.join())
    throw new Error(
      `blocks: expected ${designBlocks.join()}, got ${blocks.join()}; run npm run train:studio`,
    );
  const [decode, judge] = await Promise.all([
    openModel(generatorFile.default, await bytesAt(generatorWeights)),
    openModel(discriminatorFile.default, await bytesAt(discriminatorWeights)),
  ]);
  return {
    latent,
    blocks,
    axes: directions.map(({ axis }) => axis),
    changes: directions.map(({ changes }) => changes),
    decode,
    judge,
    style,
  };
}

async function bytesAt(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: expected the weights, got ${response.status}`);
  return response.arrayBuffer();
}
