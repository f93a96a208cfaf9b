import { fillNormal, integerBelow, normal, seededRandom, shuffle } from '#lib/ml/core/random.ts';
import { auc } from '#lib/ml/evaluate/index.ts';
import {
  arenaOf,
  buildNetwork,
  type Graph,
  type LayerSpec,
  type Network,
  networkLoss,
  type NeuralKernel,
  normalisedGraph,
  Optimizer,
  predictWith,
  prepareLoss,
  Propagation,
  trainNetwork,
} from '#lib/ml/neural/index.ts';
import {
  badges,
  blobImages,
  channels,
  channelsFirst,
  graphEdges,
  sequenceRows,
  sheetRows,
  users,
  weeks,
} from './networks-data.ts';

/** One training from new weights, ready to begin. */
export interface Training {
  train(epochs: number): void;
  /** How good it became. */
  score(): number;
}

/** A network that both sides train on the same numbers. */
export interface Contest {
  readonly name: string;
  /** What support/networks.py calls it. */
  readonly program: string;
  readonly scoreName: string;
  readonly epochs: number;
  /** What an epoch is, where it is not one pass over the rows. */
  readonly epochName?: string;
  /** Files for Python. */
  readonly files: Readonly<Record<string, Float32Array | Int32Array>>;
  begin(kernel: NeuralKernel, seed: number): Training;
}

type DenseUnits = readonly [units: number, activation: 'linear' | 'relu' | 'tanh' | 'leaky'];

function denseLayers(...layers: readonly DenseUnits[]): LayerSpec[] {
  return layers.map(([units, activation]) => ({ kind: 'dense', units, activation }));
}

function sequenceContests(): Contest[] {
  const rows = sequenceRows(5000, 2);
  const fresh = sequenceRows(5000, 3);
  const files = {
    weeks: rows.inputs,
    fates: rows.targets,
    'fresh-weeks': fresh.inputs,
    'fresh-fates': fresh.targets,
  };
  const begin = (layers: readonly LayerSpec[], rate: number) => (kernel: NeuralKernel, seed: number) => {
    const network = buildNetwork(
      { inputWidth: channels, steps: weeks, layers },
      { kernel, largestBatch: 128, seed },
    );
    const loss = [
      { columns: 1, loss: 'binary-cross-entropy', weight: 1 },
      { columns: 1, loss: 'squared-error', weight: 1 },
    ] as const;
    return {
      train: (epochs: number) =>
        void trainNetwork(network, rows, {
          ...{ loss, optimizer: { kind: 'adam', rate }, epochs, batch: 128, seed },
        }),
      score: () => {
        const answers = predictWith(network, fresh);
        const risks = (values: Float32Array) => Float64Array.from(values.filter((_, i) => i % 2 === 0));
        return auc(risks(answers), risks(fresh.targets));
      },
    };
  };
  const shared = { scoreName: 'AUC', epochs: 4, files };
  return [
    { name: 'BiLSTM 64', program: 'bilstm', ...shared, begin: begin(bilstm, 0.003) },
    { name: 'Transformer d64 h4 L2', program: 'transformer', ...shared, begin: begin(transformer, 0.001) },
  ];
}

const bilstm: readonly LayerSpec[] = [
  { kind: 'lstm', units: 64, direction: 'both', returns: 'last' },
  ...denseLayers([2, 'linear']),
];

const block: LayerSpec = { kind: 'attention-block', heads: 4, hidden: 128, dropout: 0 };
const transformer: readonly LayerSpec[] = [
  ...denseLayers([64, 'linear']),
  { kind: 'position', steps: weeks },
  ...[block, block],
  { kind: 'mean-pool' },
  ...denseLayers([2, 'linear']),
];

function autoencoderContest(): Contest {
  const profiles = sheetRows(5000, 64, 8, 0.05, 3);
  const layers = denseLayers([32, 'relu'], [8, 'relu'], [32, 'relu'], [64, 'linear']);
  return {
    ...{ name: 'Autoencoder 64-32-8-32-64', program: 'autoencoder', scoreName: 'squared error', epochs: 20 },
    files: { profiles },
    begin: (kernel, seed) => {
      const network = buildNetwork({ inputWidth: 64, steps: 1, layers }, { kernel, largestBatch: 128, seed });
      const data = { inputs: profiles, targets: profiles };
      const optimizer = { kind: 'adam', rate: 0.002 } as const;
      return {
        train: (epochs) =>
          void trainNetwork(network, data, { loss: 'squared-error', optimizer, epochs, batch: 128, seed }),
        score: () => networkLoss(network, data, 'squared-error'),
      };
    },
  };
}

interface Adversaries {
  readonly real: Float32Array;
  readonly width: number;
  readonly batch: number;
  readonly generator: readonly LayerSpec[];
  readonly critic: readonly LayerSpec[];
}

/** A generator from 16 normal numbers against a critic of real and generated rows. */
function beginGan(
  { real, width, batch, ...sides }: Adversaries,
  kernel: NeuralKernel,
  seed: number,
): Training {
  const random = seededRandom(seed);
  const arena = arenaOf(kernel);
  const build = (inputWidth: number, layers: readonly LayerSpec[], largestBatch: number) =>
    buildNetwork({ inputWidth, steps: 1, layers }, { kernel, largestBatch, seed });
  const generator = build(16, sides.generator, batch);
  const critic = build(width, sides.critic, 2 * batch);
  const optimizers = [generator, critic].map(
    ({ block: parameters }) => new Optimizer(arena, parameters, { kind: 'adam', rate: 0.0002, beta1: 0.5 }),
  );
  const made = critic.input + 4 * batch * width;
  const truth = Float32Array.from({ length: 2 * batch }, (_, i) => Number(i < batch));
  const loss = prepareLoss('binary-cross-entropy', 1);
  const generate = () => {
    fillNormal(arena.floats(generator.input, 16 * batch), random);
    return generator.forward(batch, true);
  };
  const judge = (input: number, rows: number, weight: number) => {
    const outputs = arena.floats(critic.forwardFrom(input, rows, true), rows);
    const gradient = arena.floats(critic.outputGradient, rows);
    loss.measure({ outputs, targets: truth.subarray(0, rows), rows }, gradient);
    for (let i = 0; i < rows; i++) gradient[i] *= weight;
  };
  const step = (rows: Int32Array) => {
    critic.load({ inputs: real }, rows);
    kernel.copy(made, generate(), batch * width);
    judge(critic.input, 2 * batch, 2);
    critic.backward(critic.outputGradient, 2 * batch, true);
    optimizers[1].step();
    judge(generate(), batch, 1);
    generator.backward(critic.backward(critic.outputGradient, batch, true, 'input'), batch, true);
    critic.clearGradients();
    optimizers[0].step();
  };
  return {
    train: (epochs) => {
      const order = Int32Array.from({ length: real.length / width }, (_, i) => i);
      for (let epoch = 0; epoch < epochs; epoch++) {
        shuffle(order, random);
        for (let from = 0; from + batch <= order.length; from += batch)
          step(order.subarray(from, from + batch));
      }
    },
    score: () => {
      const parts = Array.from({ length: Math.ceil(1024 / batch) }, () =>
        arena.floats(generate(), batch * width).slice(),
      );
      return gap(real, Float32Array.from(parts.flatMap((part) => [...part])), width);
    },
  };
}

/** Root mean square difference of the means and of the deviations of each number. */
function gap(real: Float32Array, generated: Float32Array, width: number): number {
  const others = moments(generated, width);
  const squares = moments(real, width).map((value, i) => (value - others[i]) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

function moments(rows: Float32Array, width: number): Float64Array {
  const count = rows.length / width;
  const means = new Float64Array(width);
  const deviations = new Float64Array(width);
  rows.forEach((value, i) => (means[i % width] += value / count));
  rows.forEach((value, i) => (deviations[i % width] += (value - means[i % width]) ** 2 / (count - 1)));
  return Float64Array.from([...means, ...deviations.map(Math.sqrt)]);
}

function denseGanContest(): Contest {
  const styles = sheetRows(5000, 32, 4, 0, 4);
  const generator = denseLayers([64, 'leaky'], [64, 'leaky'], [32, 'tanh']);
  const critic = denseLayers([64, 'leaky'], [64, 'leaky'], [1, 'linear']);
  return {
    ...{
      name: 'GAN, dense',
      program: 'dense-gan',
      scoreName: 'gap of moments',
      epochs: 30,
      files: { styles },
    },
    begin: (kernel, seed) =>
      beginGan({ real: styles, width: 32, batch: 128, generator, critic }, kernel, seed),
  };
}

const patch = { size: 4, stride: 2, padding: 1 };

function imageGanContest(): Contest {
  const images = blobImages(1024, 32, 6);
  const up = 'transposed-convolution';
  const generator: LayerSpec[] = [
    ...denseLayers([2048, 'relu']),
    { kind: up, height: 8, width: 8, channels: 32, filters: 16, ...patch, activation: 'relu' },
    { kind: up, height: 16, width: 16, channels: 16, filters: 3, ...patch, activation: 'tanh' },
  ];
  const down = 'convolution';
  const critic: LayerSpec[] = [
    { kind: down, height: 32, width: 32, channels: 3, filters: 16, ...patch, activation: 'leaky' },
    { kind: down, height: 16, width: 16, channels: 16, filters: 32, ...patch, activation: 'leaky' },
    ...denseLayers([1, 'linear']),
  ];
  return {
    ...{ name: 'GAN, images 32 × 32', program: 'image-gan', scoreName: 'gap of moments', epochs: 5 },
    files: { images: channelsFirst(images, 32) },
    begin: (kernel, seed) =>
      beginGan({ real: images, width: 32 * 32 * 3, batch: 64, generator, critic }, kernel, seed),
  };
}

const graphWidth = 64;

/** LightGCN: rows of nodes, spread along the edges, trained to tell earned badges from others (BPR). */
function graphContest(): Contest {
  const { edges, fresh } = graphEdges(5);
  const graph = normalisedGraph(users + badges, edges);
  return {
    ...{ name: `Graph, ${(edges.length / 2).toLocaleString('en')} edges`, program: 'graph', epochs: 2 },
    ...{ scoreName: 'earned above other', files: { edges, 'fresh-edges': fresh } },
    begin: (kernel, seed) => beginGraph(graph, edges, fresh, kernel, seed),
  };
}

function beginGraph(
  graph: Graph,
  edges: Int32Array,
  fresh: Int32Array,
  kernel: NeuralKernel,
  seed: number,
): Training {
  const random = seededRandom(seed);
  const arena = arenaOf(kernel);
  const count = graph.nodes * graphWidth;
  const block = { at: arena.allocate(count), gradient: arena.allocate(count), count };
  const propagation = new Propagation(arena, graph, graphWidth, 3);
  const optimizer = new Optimizer(arena, block, { kind: 'adam', rate: 0.005 });
  const spreadGradient = arena.allocate(count);
  const weights = arena.floats(block.at, count);
  for (let i = 0; i < count; i++) weights[i] = 0.1 * normal(random);
  const step = (chosen: Int32Array) => {
    const rows = arena.floats(propagation.forward(block.at), count);
    const gradient = arena.floats(spreadGradient, count);
    kernel.clear(spreadGradient, count);
    for (const edge of chosen) {
      const [user, badge] = [edges[2 * edge], edges[2 * edge + 1]];
      prefer(rows, gradient, user, badge, users + integerBelow(random, badges), 1 / chosen.length);
    }
    kernel.add(block.gradient, propagation.backward(spreadGradient), count, 1);
    optimizer.step();
  };
  return {
    train: (epochs) => {
      const order = Int32Array.from({ length: edges.length / 2 }, (_, i) => i);
      for (let epoch = 0; epoch < epochs; epoch++) {
        shuffle(order, random);
        for (let from = 0; from < order.length; from += 4096) step(order.subarray(from, from + 4096));
      }
    },
    score: () => {
      const rows = arena.floats(propagation.forward(block.at), count);
      let right = 0;
      for (let i = 0; i < fresh.length; i += 3)
        right += Number(preference(rows, fresh[i], fresh[i + 1], fresh[i + 2]) > 0);
      return right / (fresh.length / 3);
    },
  };
}

function preference(rows: Float32Array, user: number, badge: number, other: number): number {
  let margin = 0;
  for (let j = 0; j < graphWidth; j++)
    margin += rows[user * graphWidth + j] * (rows[badge * graphWidth + j] - rows[other * graphWidth + j]);
  return margin;
}

/** Adds the gradient of softplus(−preference), times `share`. */
function prefer(
  rows: Float32Array,
  gradient: Float32Array,
  user: number,
  badge: number,
  other: number,
  share: number,
): void {
  const slope = -share / (1 + Math.exp(preference(rows, user, badge, other)));
  for (let j = 0; j < graphWidth; j++) {
    const u = user * graphWidth + j;
    const b = badge * graphWidth + j;
    const o = other * graphWidth + j;
    gradient[u] += slope * (rows[b] - rows[o]);
    gradient[b] += slope * rows[u];
    gradient[o] -= slope * rows[u];
  }
}

const states = 1000;
const acts = 8;

/** Many small steps, as in reinforcement learning: choose for one state, then learn from 32. */
function qLearningContest(): Contest {
  const now = sheetRows(states, 16, 4, 0.05, 8);
  const next = sheetRows(states, 16, 4, 0.05, 9);
  const rewards = sheetRows(states, acts, 3, 0, 10);
  return {
    ...{ name: 'Q-learning 16-64-64-8', program: 'q-learning', scoreName: 'squared error', epochs: 4 },
    epochName: '1,000 steps',
    files: { states: now, 'next-states': next, rewards },
    begin: (kernel, seed) => {
      const layers = denseLayers([64, 'relu'], [64, 'relu'], [acts, 'linear']);
      const build = () =>
        buildNetwork({ inputWidth: 16, steps: 1, layers }, { kernel, largestBatch: 32, seed });
      const [network, target] = [build(), build()];
      target.setWeights(network.weights());
      const random = seededRandom(seed);
      const optimizer = new Optimizer(network.arena, network.block, { kind: 'adam', rate: 0.001 });
      const wanted = (row: number, act: number, values: Float32Array) =>
        rewards[row * acts + act] + 0.5 * Math.max(...values);
      const best = (network: Network, inputs: Float32Array) => predictWith(network, { inputs });
      return {
        train: (epochs) => {
          for (let step = 0; step < 1000 * epochs; step++) {
            answer(network, now, Int32Array.of(integerBelow(random, states)));
            const rows = Int32Array.from({ length: 32 }, () => integerBelow(random, states));
            const future = answer(target, next, rows);
            const values = answer(network, now, rows);
            const gradient = network.arena.floats(network.outputGradient, 32 * acts).fill(0);
            for (const [i, row] of rows.entries()) {
              const act = integerBelow(random, acts);
              const error =
                values[i * acts + act] - wanted(row, act, future.subarray(i * acts, (i + 1) * acts));
              gradient[i * acts + act] = Math.max(-1, Math.min(1, error)) / 32;
            }
            network.backward(network.outputGradient, 32, true);
            optimizer.step();
          }
        },
        score: () => {
          const [values, future] = [best(network, now), best(target, next)];
          const errors = values.map((value, i) => {
            const row = Math.floor(i / acts);
            return (value - wanted(row, i % acts, future.subarray(row * acts, (row + 1) * acts))) ** 2;
          });
          return errors.reduce((sum, error) => sum + error, 0) / errors.length;
        },
      };
    },
  };
}

function answer(network: Network, inputs: Float32Array, rows: Int32Array): Float32Array {
  network.load({ inputs }, rows);
  return network.arena.floats(network.forward(rows.length, true), rows.length * acts);
}

export function networkContests(): Contest[] {
  return [
    ...sequenceContests(),
    autoencoderContest(),
    denseGanContest(),
    imageGanContest(),
    graphContest(),
    qLearningContest(),
  ];
}
