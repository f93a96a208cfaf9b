import { type Random, seededRandom, shuffle } from '../core/random.ts';
import { checkExamples, type Examples, gatherRows } from './examples.ts';
import { expectWhole } from './layers/checks.ts';
import { addLosses, type Loss, type LossSums, type PreparedLoss, prepareLoss } from './losses.ts';
import type { Network } from './network.ts';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';
import { checkSchedule, rateFactor, type Schedule } from './schedule.ts';

/** Examples with what the network should answer. */
export interface TrainingData extends Examples {
  /** Examples × output.steps × output.width; NaN where it is not known. */
  readonly targets: Float32Array;
}

export interface TrainingOptions {
  readonly loss: Loss;
  readonly optimizer: OptimizerOptions;
  /** Constant unless told. */
  readonly schedule?: Schedule;
  readonly epochs: number;
  /** Examples a step, at most the network's largest batch. */
  readonly batch: number;
  /** Of the order of the examples. */
  readonly seed: number;
  /** Examples to be judged by after each epoch: the weights of the best epoch are kept. */
  readonly validation?: TrainingData;
  /** Stops after so many epochs without a better one; never unless told. Needs `validation`. */
  readonly patience?: number;
  onEpoch?(report: EpochReport): void;
}

export interface EpochReport {
  /** From 0. */
  readonly epoch: number;
  /** The mean loss while learning, with dropout. */
  readonly loss: number;
  /** The loss of `validation` after the epoch, without dropout. */
  readonly validationLoss: number | null;
}

export interface TrainingReport {
  readonly epochs: readonly EpochReport[];
  /** The epoch whose weights the network holds now. */
  readonly bestEpoch: number;
}

/**
 * Learns from examples; same network, data and options: same bytes. The network holds the weights of the best epoch after it.
 * @throws RangeError for data or options that do not fit the network, Error when the loss is no longer a number
 */
export function trainNetwork(network: Network, data: TrainingData, options: TrainingOptions): TrainingReport {
  const count = checkTraining(network, data, options);
  const session = openSession(network, options, count);
  const epochs: EpochReport[] = [];
  const best = new BestWeights(options.patience ?? Infinity);
  for (let epoch = 0; epoch < options.epochs && !best.isOver(epoch); epoch++) {
    const report = runEpoch(session, data, options, epoch);
    epochs.push(report);
    best.see(network, report);
    options.onEpoch?.(report);
  }
  return { epochs, bestEpoch: best.restore(network) };
}

interface Session {
  readonly network: Network;
  readonly loss: PreparedLoss;
  readonly optimizer: Optimizer;
  readonly order: Int32Array;
  /** Room for those of a batch. */
  readonly targets: Float32Array;
  readonly random: Random;
}

function openSession(network: Network, options: TrainingOptions, count: number): Session {
  const { loss, optimizer, batch, seed } = options;
  return {
    network,
    loss: prepareLoss(loss, network.output.width),
    optimizer: new Optimizer(network.arena, network.block, optimizer),
    order: Int32Array.from({ length: count }, (_, i) => i),
    targets: new Float32Array(batch * network.output.steps * network.output.width),
    random: seededRandom(seed),
  };
}

function runEpoch(
  session: Session,
  data: TrainingData,
  options: TrainingOptions,
  epoch: number,
): EpochReport {
  const { network, loss, order } = session;
  const { batch, validation, schedule = { kind: 'constant' } } = options;
  const stepsAnEpoch = Math.ceil(order.length / batch);
  const sums: LossSums[] = [];
  shuffle(order, session.random);
  for (let i = 0; i < stepsAnEpoch; i++) {
    const progress = { step: epoch * stepsAnEpoch + i, steps: options.epochs * stepsAnEpoch, epoch };
    const rows = order.subarray(i * batch, Math.min((i + 1) * batch, order.length));
    sums.push(trainBatch(session, data, rows, rateFactor(schedule, progress)));
  }
  const value = loss.value(sums.reduce(addLosses));
  if (!Number.isFinite(value))
    throw new Error(`loss: expected a finite number, got ${value} in epoch ${epoch}; a lower rate may help`);
  return { epoch, loss: value, validationLoss: validation ? lossOf(network, validation, loss) : null };
}

/** One step: forward, loss, backward, optimizer. */
function trainBatch(
  { network, loss, optimizer, targets }: Session,
  data: TrainingData,
  rows: Int32Array,
  factor: number,
): LossSums {
  const { steps, width } = network.output;
  const count = rows.length * steps * width;
  network.load(data, rows);
  const outputs = network.arena.floats(network.forward(rows.length, true), count);
  const gradient = network.arena.floats(network.outputGradient, count);
  gatherRows(targets, data.targets, rows, steps * width);
  const sums = loss.measure({ outputs, targets, rows: rows.length * steps }, gradient);
  network.backward(network.outputGradient, rows.length, true);
  optimizer.step(factor);
  return sums;
}

/** The loss of examples the network does not learn from. */
export function networkLoss(network: Network, data: TrainingData, loss: Loss): number {
  checkData(network, data, 'data');
  return lossOf(network, data, prepareLoss(loss, network.output.width));
}

function lossOf(network: Network, data: TrainingData, loss: PreparedLoss): number {
  const { steps, width } = network.output;
  const size = steps * width;
  const examples = data.targets.length / size;
  const sums: LossSums[] = [];
  for (let from = 0; from < examples; from += network.largestBatch) {
    const rows = Int32Array.from(
      { length: Math.min(network.largestBatch, examples - from) },
      (_, i) => from + i,
    );
    network.load(data, rows);
    const outputs = network.arena.floats(network.forward(rows.length, false), rows.length * size);
    const targets = data.targets.subarray(from * size, (from + rows.length) * size);
    sums.push(loss.measure({ outputs, targets, rows: rows.length * steps }));
  }
  return loss.value(sums.reduce(addLosses));
}

/** The weights of the best epoch by validation; of the last one where there is none. */
class BestWeights {
  readonly #patience: number;
  #epoch = 0;
  #loss = Infinity;
  #weights: Float32Array | null = null;

  constructor(patience: number) {
    this.#patience = patience;
  }

  see(network: Network, { epoch, validationLoss }: EpochReport): void {
    if (validationLoss === null) this.#epoch = epoch;
    if (validationLoss === null || !(validationLoss < this.#loss)) return;
    this.#epoch = epoch;
    this.#loss = validationLoss;
    this.#weights = network.weights();
  }

  isOver(epoch: number): boolean {
    return epoch - this.#epoch > this.#patience;
  }

  restore(network: Network): number {
    if (this.#weights) network.setWeights(this.#weights);
    return this.#epoch;
  }
}

function checkTraining(network: Network, data: TrainingData, options: TrainingOptions): number {
  const count = checkData(network, data, 'data');
  if (options.validation) checkData(network, options.validation, 'validation');
  expectWhole('epochs', options.epochs, 1);
  expectWhole('batch', options.batch, 1);
  if (options.batch > network.largestBatch)
    throw new RangeError(`batch: expected at most ${network.largestBatch}, got ${options.batch}`);
  if (options.patience !== undefined && !options.validation)
    throw new RangeError('patience: expected validation examples to judge by, got none');
  if (options.patience !== undefined) expectWhole('patience', options.patience, 1);
  if (options.schedule) checkSchedule(options.schedule);
  return count;
}

function checkData(network: Network, data: TrainingData, name: string): number {
  const { steps, width } = network.output;
  const count = checkExamples(data, network.spec);
  if (count === 0) throw new RangeError(`${name}: expected examples, got none`);
  if (data.targets.length !== count * steps * width)
    throw new RangeError(
      `${name}.targets: expected ${count} × ${steps} × ${width} numbers, got ${data.targets.length}`,
    );
  const odd = data.targets.findIndex((target) => Math.abs(target) === Infinity);
  if (odd >= 0)
    throw new RangeError(
      `${name}.targets[${odd}]: expected a finite number or NaN, got ${data.targets[odd]}`,
    );
  return count;
}
