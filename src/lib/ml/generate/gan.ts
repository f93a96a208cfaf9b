import { sigmoid } from '../core/sigmoid.ts';
import { fillNormal, integerBelow, type Random, seededRandom } from '../core/random.ts';
import {
  type Address,
  type Arena,
  buildNetwork,
  type LayerSpec,
  type Network,
  networkModel,
  type NetworkModel,
  Optimizer,
} from '../neural/index.ts';
import { softmaxBack, writeChoices } from './choices.ts';
import { checkCodes, checkGanOptions, type Choices, type GanOptions } from './gan-options.ts';

/** A trained pair: a readonly record that passes structuredClone and the codec. */
export interface GanModel {
  readonly kind: 'gan';
  readonly version: 1;
  readonly latent: number;
  readonly blocks: readonly number[];
  /** latent → one number for each value of each block; the largest of a block is chosen. */
  readonly generator: NetworkModel;
  /** One-hot blocks → log odds that the row is real. */
  readonly discriminator: NetworkModel;
}

/**
 * A generative adversarial network over rows of choices. The generator's choice is hard on the way forward and a softmax
 * on the way back (straight through), so that the discriminator never tells real rows by their being whole. The
 * discriminator also sees the mean of its own first layer over a group of rows, so that it notices when rows are all alike;
 * after training that mean is the real one and is folded away. Same choices and options: same bytes.
 * @throws RangeError for choices or options that do not fit
 * @see Goodfellow et al. 2014, Generative adversarial nets, section 3 (the non-saturating loss)
 * @see Bengio, Léonard and Courville 2013, Estimating or propagating gradients through stochastic neurons, section 4
 * @see Salimans et al. 2016, Improved techniques for training GANs, sections 3.2 and 3.4
 * @see Sinha et al. 2021, Negative data augmentation, section 3
 */
export function trainGan(choices: Choices, options: GanOptions): GanModel {
  checkCodes(choices);
  checkGanOptions(options);
  const session = openSession(choices, options);
  for (let step = 0; step < options.steps; step++) {
    const discriminatorLoss = learnToTell(session);
    const generatorLoss = learnToPass(session);
    averageInto(session.average, session.generator.weights(), step);
    options.onStep?.({ step, discriminatorLoss, generatorLoss });
  }
  return modelOf(session);
}

interface Session {
  readonly choices: Choices;
  readonly options: GanOptions;
  readonly width: number;
  readonly random: Random;
  readonly arena: Arena;
  readonly generator: Network;
  readonly critic: Critic;
  readonly generatorStep: Optimizer;
  /** A running mean of the generator's weights: the pair circles about its balance, the mean stands in the middle. */
  readonly average: Float32Array;
}

const averaging = 0.999;
/** Real rows are called real with this certainty, so that the discriminator does not grow too sure. */
const realTarget = 0.9;

function openSession(choices: Choices, options: GanOptions): Session {
  const { kernel, latent, hidden, batch, rate, seed } = options;
  const width = choices.blocks.reduce((sum, size) => sum + size, 0);
  const random = seededRandom(seed);
  const layers = hiddenLayers(hidden, 2);
  const generator = buildNetwork(
    { inputWidth: latent, steps: 1, layers: [...layers, linear(width)] },
    { kernel, largestBatch: batch, seed: integerBelow(random, 2 ** 32) },
  );
  const critic = new Critic(width, options, random);
  const generatorStep = new Optimizer(generator.arena, generator.block, adam(rate));
  const average = generator.weights();
  return {
    choices,
    options,
    width,
    random,
    arena: generator.arena,
    generator,
    critic,
    generatorStep,
    average,
  };
}

function adam(rate: number) {
  return { kind: 'adam', rate, beta1: 0.5 } as const;
}

function hiddenLayers(units: number, count: number): LayerSpec[] {
  return Array.from({ length: count }, () => ({ kind: 'dense', units, activation: 'leaky' }));
}

function linear(units: number): LayerSpec {
  return { kind: 'dense', units, activation: 'linear' };
}

/** The discriminator in training: features of each row, and a judge who sees them beside their mean over a group. */
class Critic {
  readonly features: Network;
  readonly judge: Network;
  readonly hidden: number;
  readonly #group: number;
  readonly #featureGradient: Address;
  readonly #steps: readonly Optimizer[];

  constructor(width: number, { kernel, hidden, batch, group, rate }: GanOptions, random: Random) {
    const build = (inputWidth: number, layers: readonly LayerSpec[]) =>
      buildNetwork(
        { inputWidth, steps: 1, layers },
        { kernel, largestBatch: batch, seed: integerBelow(random, 2 ** 32) },
      );
    this.hidden = hidden;
    this.#group = group;
    this.features = build(width, hiddenLayers(hidden, 1));
    this.judge = build(2 * hidden, [...hiddenLayers(hidden, 1), linear(1)]);
    this.#featureGradient = this.features.arena.allocate(batch * hidden);
    this.#steps = [this.features, this.judge].map(
      ({ arena, block }) => new Optimizer(arena, block, adam(rate)),
    );
  }

  /** The log odds of rows in `features.input`. */
  forward(batch: number): Float32Array {
    const { hidden } = this;
    const { arena } = this.features;
    const features = arena.floats(this.features.forward(batch, true), batch * hidden);
    const means = this.#groupMeans(features, hidden);
    const rows = arena.floats(this.judge.input, batch * 2 * hidden);
    for (let row = 0; row < batch; row++) {
      rows.set(features.subarray(row * hidden, (row + 1) * hidden), 2 * row * hidden);
      rows.set(means[Math.floor(row / this.#group)], (2 * row + 1) * hidden);
    }
    return arena.floats(this.judge.forward(batch, true), batch);
  }

  /**
   * From the gradient in `judge.outputGradient`, to the networks' own or to that of the rows, whose place it returns; where
   * only that is wanted, both must be cleared.
   */
  backward(batch: number, wanted: 'parameters' | 'input'): Address {
    const { hidden } = this;
    const { arena } = this.features;
    const back = this.judge.backward(
      this.judge.outputGradient,
      batch,
      true,
      wanted === 'input' ? 'input' : 'both',
    );
    const both = arena.floats(back, batch * 2 * hidden);
    const gradient = arena.floats(this.#featureGradient, batch * hidden);
    const means = this.#groupMeans(both, 2 * hidden);
    for (let row = 0; row < batch; row++) {
      // Each row had its share in the mean that all of its group saw.
      const shared = means[Math.floor(row / this.#group)];
      for (let unit = 0; unit < hidden; unit++)
        gradient[row * hidden + unit] = both[2 * row * hidden + unit] + shared[hidden + unit];
    }
    return this.features.backward(this.#featureGradient, batch, true, wanted);
  }

  #groupMeans(rows: Float32Array, width: number): readonly Float32Array[] {
    const size = this.#group * width;
    return Array.from({ length: rows.length / size }, (_, i) =>
      meanRow(rows.subarray(i * size, (i + 1) * size), width),
    );
  }

  step(): void {
    for (const optimizer of this.#steps) optimizer.step();
  }

  clearGradients(): void {
    this.features.clearGradients();
    this.judge.clearGradients();
  }
}

function meanRow(rows: Float32Array, width: number): Float32Array {
  const mean = new Float64Array(width);
  for (let i = 0; i < rows.length; i++) mean[i % width] += rows[i];
  return Float32Array.from(mean, (sum) => (sum * width) / rows.length);
}

/** One step of the discriminator: real rows up, invented and spoiled rows down. */
function learnToTell(session: Session): number {
  const { critic, options } = session;
  writeReal(session, options.batch, 'whole');
  const realLoss = judgeRows(session, realTarget);
  invent(session);
  writeReal(session, Math.round(options.spoiled * options.batch), 'spoiled');
  const fakeLoss = judgeRows(session, 0);
  critic.step();
  return (realLoss + fakeLoss) / 2;
}

/** Adds the gradient of the rows in the critic's input, all of which should be judged `target`. */
function judgeRows({ critic, options: { batch } }: Session, target: number): number {
  const logOdds = critic.forward(batch);
  const loss = writeLogisticGradient(logOdds, target, gradientOf(critic, batch));
  critic.backward(batch, 'parameters');
  return loss;
}

function gradientOf({ judge }: Critic, batch: number): Float32Array {
  return judge.arena.floats(judge.outputGradient, batch);
}

/** One step of the generator: it wants its rows to be taken for real. */
function learnToPass(session: Session): number {
  const { critic, generator, generatorStep, arena, width, choices } = session;
  const { batch } = session.options;
  const logits = invent(session);
  const logOdds = critic.forward(batch);
  const loss = writeLogisticGradient(logOdds, 1, gradientOf(critic, batch));
  const back = arena.floats(critic.backward(batch, 'input'), batch * width);
  const gradient = arena.floats(generator.outputGradient, batch * width);
  softmaxBack(arena.floats(logits, batch * width), back, choices.blocks, gradient);
  // The critic helped to find the way, and learns nothing from it.
  critic.clearGradients();
  generator.backward(generator.outputGradient, batch, true);
  generatorStep.step();
  return loss;
}

/** Invented rows into the critic's input. @returns where the generator's numbers stand */
function invent({ generator, critic, arena, random, width, choices, options }: Session): Address {
  const { batch, latent } = options;
  const points = arena.floats(generator.input, batch * latent);
  fillNormal(points, random);
  const logits = generator.forward(batch, true);
  const rows = arena.floats(critic.features.input, batch * width);
  writeChoices(arena.floats(logits, batch * width), choices.blocks, rows);
  return logits;
}

/** Real rows into the first places of the critic's input, whole or with one to three blocks drawn anew. */
function writeReal(session: Session, count: number, state: 'whole' | 'spoiled'): void {
  const { choices, critic, arena, random, width, options } = session;
  const { blocks, codes } = choices;
  const rows = arena.floats(critic.features.input, options.batch * width);
  rows.fill(0, 0, count * width);
  for (let row = 0; row < count; row++) {
    const from = integerBelow(random, codes.length / blocks.length) * blocks.length;
    const kept = codes.slice(from, from + blocks.length);
    if (state === 'spoiled') spoil(kept, blocks, random);
    writeOneHot(kept, blocks, rows.subarray(row * width, (row + 1) * width));
  }
}

/** Draws one to three blocks anew. */
function spoil(codes: Uint8Array, blocks: readonly number[], random: Random): void {
  const changes = 1 + integerBelow(random, 3);
  for (let change = 0; change < changes; change++) {
    const block = integerBelow(random, blocks.length);
    codes[block] = integerBelow(random, blocks[block]);
  }
}

function writeOneHot(codes: Uint8Array, blocks: readonly number[], row: Float32Array): void {
  let start = 0;
  for (const [index, size] of blocks.entries()) {
    row[start + codes[index]] = 1;
    start += size;
  }
}

/** Writes the gradient of the mean cross-entropy of log odds against one target. @returns that mean */
function writeLogisticGradient(logOdds: Float32Array, target: number, gradient: Float32Array): number {
  let loss = 0;
  for (const [row, odds] of logOdds.entries()) {
    const probability = sigmoid(odds);
    gradient[row] = (probability - target) / logOdds.length;
    loss += Math.log1p(Math.exp(-Math.abs(odds))) + Math.max(odds, 0) - target * odds;
  }
  return loss / logOdds.length;
}

/** Early weights are forgotten faster, as nothing was known yet. */
function averageInto(average: Float32Array, weights: Float32Array, step: number): void {
  const keep = Math.min(averaging, (step + 1) / (step + 10));
  for (let i = 0; i < average.length; i++) average[i] = keep * average[i] + (1 - keep) * weights[i];
}

function modelOf(session: Session): GanModel {
  const { generator, average, choices, options } = session;
  return {
    kind: 'gan',
    version: 1,
    latent: options.latent,
    blocks: choices.blocks,
    generator: { ...networkModel(generator), weights: average },
    discriminator: foldedCritic(session),
  };
}

/** The discriminator as a plain chain: what the judge learned of a group's mean, at the real rows' mean, becomes bias. */
function foldedCritic(session: Session): NetworkModel {
  const { critic, width } = session;
  const { hidden } = critic;
  const mean = realMean(session);
  const features = critic.features.weights();
  const judge = critic.judge.weights();
  const [own, shared] = [
    judge.subarray(0, hidden * hidden),
    judge.subarray(hidden * hidden, 2 * hidden * hidden),
  ];
  const bias = judge.slice(2 * hidden * hidden, 2 * hidden * hidden + hidden);
  for (let from = 0; from < hidden; from++)
    for (let unit = 0; unit < hidden; unit++) bias[unit] += mean[from] * shared[from * hidden + unit];
  const rest = judge.subarray(2 * hidden * hidden + hidden);
  return {
    kind: 'network',
    version: 1,
    inputWidth: width,
    steps: 1,
    layers: [...hiddenLayers(hidden, 2), linear(1)],
    weights: Float32Array.from([...features, ...own, ...bias, ...rest]),
  };
}

/** The mean of the features over many real batches. */
function realMean(session: Session): Float64Array {
  const { critic, arena, options } = session;
  const batches = 20;
  const mean = new Float64Array(critic.hidden);
  for (let i = 0; i < batches; i++) {
    writeReal(session, options.batch, 'whole');
    const at = critic.features.forward(options.batch, false);
    const rows = arena.floats(at, options.batch * critic.hidden);
    for (const [unit, value] of meanRow(rows, critic.hidden).entries()) mean[unit] += value / batches;
  }
  return mean;
}
