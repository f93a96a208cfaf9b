import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { designAttributes, designBlocks } from '../src/lib/domain/badges/index.ts';
import {
  type GanModel,
  type GanOptions,
  principalDirections,
  trainGan,
} from '../src/lib/ml/generate/index.ts';
import { layersModelFiles } from '../src/lib/ml/neural/layers-model.ts';
import { type NetworkModel, predictNetwork } from '../src/lib/ml/neural/index.ts';
import { neuralKernel } from '../src/lib/ml/neural/neural-kernel.ts';
import { pairFolder, shape, type SpaceFile } from './studio/artifact.ts';
import { type HouseData, houseData } from './studio/house-data.ts';
import { legibleFrom } from './studio/legible.ts';
import { type DesignQuality, measurePair, type PairQuality, styleScale } from './studio/measure.ts';

// `npm run train:studio`: trains the pair behind the badge studio on the house style, measures it and writes it with its card.

const settings = {
  ...shape,
  steps: 5000,
  batch: 128,
  group: 4,
  rate: 0.001,
  spoiled: 0.25,
  seed: 1,
} as const;
const directions = 5;

function main(): void {
  const data = houseData();
  const started = performance.now();
  const kernel = neuralKernel();
  const model = trainGan(data.train, { ...settings, kernel, onStep: tell });
  const seconds = Math.round((performance.now() - started) / 1000);
  const quality = measurePair(model, data);
  print(quality);
  const bytes = save(model, data, quality, kernel.kind);
  process.stdout.write(
    `\nTrained in ${seconds} s on the ${kernel.kind} kernel; ${bytes} bytes in ${pairFolder}\n`,
  );
}

const tell: GanOptions['onStep'] = ({ step, discriminatorLoss, generatorLoss }) => {
  if ((step + 1) % 500 > 0) return;
  const losses = `discriminator ${discriminatorLoss.toFixed(3)}, generator ${generatorLoss.toFixed(3)}`;
  process.stdout.write(`step ${step + 1}: ${losses}\n`);
};

const columns: readonly (readonly [string, (quality: DesignQuality) => string])[] = [
  ['apart', ({ meanDistance }) => meanDistance.toFixed(2)],
  ['distinct', ({ distinct }) => percent(distinct)],
  ['novel', ({ novel }) => percent(novel)],
  ['to known', ({ nearestKnown }) => nearestKnown.toFixed(2)],
  ['values', ({ valueCoverage }) => percent(valueCoverage)],
  ['pairs', ({ pairCoverage }) => percent(pairCoverage)],
  ['shares off', ({ shareDifference }) => percent(shareDifference)],
  ['in style', ({ inStyle }) => percent(inStyle)],
  ['legible', ({ legible }) => percent(legible)],
];

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

function print({ designs, separation }: PairQuality): void {
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(12)}${cells.map((cell) => cell.padStart(12)).join('')}\n`;
  process.stdout.write(
    `\n${line(
      '',
      columns.map(([name]) => name),
    )}`,
  );
  for (const [name, quality] of Object.entries(designs))
    process.stdout.write(
      line(
        name,
        columns.map(([, cell]) => cell(quality)),
      ),
    );
  process.stdout.write('\nThe discriminator puts a held-out design of the house above …\n');
  for (const [name, chance] of Object.entries(separation))
    process.stdout.write(`  ${name.padEnd(12)} ${chance.toFixed(3)}\n`);
}

/** @returns bytes written in all */
function save(model: GanModel, data: HouseData, quality: PairQuality, kernel: string): number {
  const files = [
    ...networkFiles('generator', model.generator),
    ...networkFiles('discriminator', model.discriminator),
    ['space.json', jsonOf(spaceOf(model, data))] as const,
    ['card.json', jsonOf(cardOf(data, quality, kernel))] as const,
  ];
  for (const folder of ['generator', 'discriminator'])
    mkdirSync(join(pairFolder, folder), { recursive: true });
  for (const [name, content] of files) writeFileSync(join(pairFolder, name), content);
  return files.reduce((sum, [, content]) => sum + Buffer.byteLength(content), 0);
}

function networkFiles(name: string, network: NetworkModel) {
  const files = layersModelFiles(network);
  return [
    [`${name}/model.json`, `${files['model.json']}\n`],
    [`${name}/weights.bin`, files['weights.bin']],
  ] as const;
}

function spaceOf({ latent, blocks, generator, discriminator }: GanModel, data: HouseData): SpaceFile {
  const decode = (points: Float32Array) => predictNetwork(generator, points);
  const found = principalDirections(
    { latent, blocks, decode },
    { count: directions, samples: 4000, seed: 3 },
  );
  return {
    latent,
    blocks,
    directions: found.map(({ axis, shares }) => ({
      axis: axis.map((value) => Number(value.toFixed(5))),
      changes: strongest(shares),
    })),
    style: styleScale(discriminator, data),
  };
}

/** The two attributes that change most. */
function strongest(shares: readonly number[]): readonly string[] {
  return shares
    .map((share, block) => ({ share, attribute: designAttributes[block] }))
    .toSorted((a, b) => b.share - a.share)
    .slice(0, 2)
    .map(({ attribute }) => attribute);
}

function cardOf({ train, held }: HouseData, quality: PairQuality, kernel: string) {
  const rows = (codes: Uint8Array) => codes.length / designBlocks.length;
  return {
    task: 'Propose emblems in the house style, and say how much one looks like it',
    method:
      'GAN over one-hot attributes; straight-through choices, non-saturating loss, group means, spoiled rows, averaged generator',
    settings,
    kernel,
    data: {
      source: 'Draws from the rules of src/lib/domain/badges/house-style.ts, and the catalogue',
      trainRows: rows(train.codes),
      heldOutRows: rows(held.codes),
    },
    quality,
    legibleFrom,
    limits: [
      'It knows the rules of the house from examples alone; designs against a rule occur, and the studio names the rule.',
      'It never saw a drawing: legibility comes from how emblems are drawn, not from what was learned.',
      'The score says how much a design looks like the house, not how good it is.',
    ],
  };
}

function jsonOf(value: unknown): string {
  const rounded = (_: string, one: unknown) =>
    typeof one === 'number' && !Number.isInteger(one) ? Number(one.toPrecision(5)) : one;
  return `${JSON.stringify(value, rounded, 2)}\n`;
}

main();
