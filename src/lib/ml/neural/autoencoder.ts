import type { Matrix } from '../core/matrix.ts';
import { integerBelow, seededRandom } from '../core/random.ts';
import { checkNetwork } from './check-network.ts';
import type { NeuralKernel } from './kernel.ts';
import { expectWhole } from './layers/checks.ts';
import type { NetworkModel } from './model.ts';
import { buildNetwork, networkModel } from './network.ts';
import { plainKernel } from './plain-kernel.ts';
import { planNetwork } from './plan.ts';
import { predictNetwork } from './predict.ts';
import { type EpochReport, type TrainingData, type TrainingReport, trainNetwork } from './train.ts';

/**
 * Says a row in few numbers, and reads them back. Each column goes in as (value − mean) / scale, held within ±`bound`, 0 where
 * it is missing; after all columns come as many numbers that say 1 where a value is missing. It answers with all columns.
 */
export interface Autoencoder {
  readonly kind: 'autoencoder';
  readonly version: 1;
  readonly columns: number;
  readonly means: Float64Array;
  readonly scales: Float64Array;
  readonly bound: number;
  /** So many numbers stand between the two halves. */
  readonly bottleneck: number;
  /** Four dense layers: the second's output is the bottleneck, the fourth's the columns. */
  readonly network: NetworkModel;
}

export interface AutoencoderOptions {
  readonly seed: number;
  /** 8 unless told. */
  readonly bottleneck?: number;
  /** Units of the layer on either side of it; 32 unless told. */
  readonly hidden?: number;
  /** Who a row is about: rows of one are held out together. Each row is its own unless told. */
  readonly groups?: Int32Array;
  /** 200 unless told; it stops earlier when held-out rows no longer gain. */
  readonly epochs?: number;
  /** A kernel of its own, plain unless told. */
  readonly kernel?: NeuralKernel;
  onEpoch?(report: EpochReport): void;
}

const standardBound = 5;
const leastRows = 20;
/** Rows a step: some sixteen steps an epoch, and never more rows than these. */
const [fewestAStep, mostAStep] = [16, 128];
const heldOutShare = 0.15;
const patience = 12;

/**
 * Learns to read rows back from a bottleneck; the loss is the squared error of known values alone. About a seventh of the
 * groups is held out to say when to stop.
 * @throws RangeError for fewer than 20 rows, fewer than two groups, or options outside their range
 */
export function fitAutoencoder(
  x: Matrix,
  options: AutoencoderOptions,
): { readonly model: Autoencoder; readonly report: TrainingReport } {
  const { seed, bottleneck = 8, hidden = 32, epochs = 200, kernel = plainKernel() } = options;
  checkRows(x, options.groups);
  expectWhole('bottleneck', bottleneck, 1);
  expectWhole('hidden', hidden, 1);
  const frame = { ...standardsOf(x), columns: x.columns, bound: standardBound, bottleneck };
  const spec = networkSpec(x.columns, hidden, bottleneck);
  const batch = Math.min(mostAStep, Math.max(fewestAStep, Math.ceil(x.rows / 16)));
  const network = buildNetwork(spec, { kernel, largestBatch: batch, seed });
  const { learnt, heldOut } = splitRows(x.rows, options.groups, seed);
  const report = trainNetwork(network, examplesOf(frame, x, learnt), {
    loss: 'squared-error',
    optimizer: { kind: 'adamw', rate: 0.003, decay: 1e-3, clip: 1 },
    schedule: { kind: 'step', every: 40, factor: 0.5 },
    epochs,
    batch,
    seed,
    validation: examplesOf(frame, x, heldOut),
    patience,
    onEpoch: options.onEpoch,
  });
  const model: Autoencoder = { kind: 'autoencoder', version: 1, ...frame, network: networkModel(network) };
  return { model, report };
}

function networkSpec(columns: number, hidden: number, bottleneck: number) {
  return {
    inputWidth: 2 * columns,
    steps: 1,
    layers: [
      { kind: 'dense', units: hidden, activation: 'tanh' },
      { kind: 'dense', units: bottleneck, activation: 'linear' },
      { kind: 'dense', units: hidden, activation: 'tanh' },
      { kind: 'dense', units: columns, activation: 'linear' },
    ],
  } as const;
}

function checkRows(x: Matrix, groups: Int32Array | undefined): void {
  if (x.rows < leastRows) throw new RangeError(`rows: expected at least ${leastRows}, got ${x.rows}`);
  expectWhole('columns', x.columns, 1);
  if (groups && groups.length !== x.rows)
    throw new RangeError(`groups: expected ${x.rows}, got ${groups.length}`);
  if (groups && new Set(groups).size < 2)
    throw new RangeError('groups: expected two or more, so that one can be held out, got one');
}

/** Mean and deviation of what is known of each column; 0 and 1 where nothing is, and a deviation of 1 where all are equal. */
function standardsOf({ rows, columns, values }: Matrix): Pick<Autoencoder, 'means' | 'scales'> {
  const means = new Float64Array(columns);
  const scales = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    const known: number[] = [];
    for (let row = 0; row < rows; row++) {
      const value = values[row * columns + column];
      if (!Number.isNaN(value)) known.push(value);
    }
    const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
    const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, known.length);
    means[column] = mean;
    scales[column] = Math.sqrt(variance) || 1;
  }
  return { means, scales };
}

/** Groups drawn one by one until their rows are the share; never all, never none. */
function splitRows(
  rows: number,
  groups: Int32Array | undefined,
  seed: number,
): { readonly learnt: Int32Array; readonly heldOut: Int32Array } {
  const random = seededRandom(seed);
  const groupOf = groups ?? Int32Array.from({ length: rows }, (_, i) => i);
  const waiting = [...new Set(groupOf)];
  const drawn = new Set<number>();
  const count = Math.min(waiting.length - 1, Math.max(1, Math.round(heldOutShare * waiting.length)));
  while (drawn.size < count) {
    const [group] = waiting.splice(integerBelow(random, waiting.length), 1);
    drawn.add(group);
  }
  const all = Int32Array.from({ length: rows }, (_, i) => i);
  return {
    learnt: all.filter((row) => !drawn.has(groupOf[row])),
    heldOut: all.filter((row) => drawn.has(groupOf[row])),
  };
}

type Frame = Pick<Autoencoder, 'columns' | 'means' | 'scales' | 'bound'>;

/** Inputs and what to read back, of some rows. */
function examplesOf(frame: Frame, x: Matrix, rows: Int32Array): TrainingData {
  const { columns } = frame;
  const inputs = new Float32Array(rows.length * 2 * columns);
  const targets = new Float32Array(rows.length * columns);
  for (const [i, row] of rows.entries()) {
    for (let column = 0; column < columns; column++) {
      const value = standardised(frame, x.values[row * columns + column], column);
      const isMissing = Number.isNaN(value);
      inputs[i * 2 * columns + column] = isMissing ? 0 : value;
      inputs[(i * 2 + 1) * columns + column] = Number(isMissing);
      targets[i * columns + column] = value;
    }
  }
  return { inputs, targets };
}

/** NaN stays NaN. */
function standardised({ means, scales, bound }: Frame, value: number, column: number): number {
  return Math.max(-bound, Math.min(bound, (value - means[column]) / scales[column]));
}

function allExamples(model: Autoencoder, x: Matrix): TrainingData {
  if (x.columns !== model.columns)
    throw new RangeError(`columns: expected ${model.columns}, got ${x.columns}`);
  return examplesOf(
    model,
    x,
    Int32Array.from({ length: x.rows }, (_, i) => i),
  );
}

/**
 * The bottleneck of each row: rows × bottleneck, row-major. Rows that are alike lie near each other.
 * @throws RangeError for rows of other columns
 */
export function embed(model: Autoencoder, x: Matrix, kernel?: NeuralKernel): Float32Array {
  return predictNetwork(encoderOf(model), allExamples(model, x).inputs, { kernel });
}

/** The half before the bottleneck, as a network of its own. */
export function encoderOf({ network }: Autoencoder): NetworkModel {
  const layers = network.layers.slice(0, 2);
  const { weights } = planNetwork({ ...network, layers });
  return { ...network, layers, weights: network.weights.slice(0, weights) };
}

/**
 * The mean squared error of each row's known values, in deviations of their columns: what is usual reads back near 0. NaN
 * for a row of which nothing is known.
 * @throws RangeError for rows of other columns
 */
export function reconstructionError(model: Autoencoder, x: Matrix, kernel?: NeuralKernel): Float64Array {
  const { inputs, targets } = allExamples(model, x);
  const answers = predictNetwork(model.network, inputs, { kernel });
  return rowMeans(x, (cell) => (answers[cell] - targets[cell]) ** 2);
}

/** The same of who answers with the mean of each column, whatever the row. */
export function meanError(model: Autoencoder, x: Matrix): Float64Array {
  const { targets } = allExamples(model, x);
  return rowMeans(x, (cell) => targets[cell] ** 2);
}

/** The mean over a row of what is not NaN. */
function rowMeans({ rows, columns }: Matrix, valueAt: (cell: number) => number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let [sum, count] = [0, 0];
    for (let cell = row * columns; cell < (row + 1) * columns; cell++) {
      const value = valueAt(cell);
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    return sum / count;
  });
}

/** The model in a file, if it is one. @throws TypeError or RangeError that says what is wrong */
export function checkAutoencoder(value: unknown): Autoencoder {
  const { kind, version, columns, means, scales, bound, bottleneck, network } = (value ?? {}) as Partial<
    Record<keyof Autoencoder, unknown>
  >;
  if (kind !== 'autoencoder' || version !== 1)
    throw new TypeError(`kind: expected autoencoder of version 1, got ${String(kind)} ${String(version)}`);
  const width = numberOf('columns', columns);
  const checked: Autoencoder = {
    kind,
    version,
    columns: width,
    means: columnsOf('means', means, width),
    scales: columnsOf('scales', scales, width),
    bound: numberOf('bound', bound),
    bottleneck: numberOf('bottleneck', bottleneck),
    network: checkNetwork(network),
  };
  checkHalves(checked);
  return checked;
}

function checkHalves(model: Autoencoder): void {
  const { inputWidth, layers } = model.network;
  const hidden = layers[0]?.kind === 'dense' ? layers[0].units : 0;
  const expected = networkSpec(model.columns, hidden, model.bottleneck);
  if (inputWidth !== expected.inputWidth || JSON.stringify(layers) !== JSON.stringify(expected.layers))
    throw new RangeError(
      `network: expected four dense layers around ${model.bottleneck} numbers for ${model.columns} columns, got others`,
    );
}

function numberOf(name: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
  throw new TypeError(`${name}: expected a number above 0, got ${String(value)}`);
}

function columnsOf(name: string, value: unknown, columns: number): Float64Array {
  if (value instanceof Float64Array && value.length === columns && value.every(Number.isFinite)) return value;
  throw new TypeError(`${name}: expected ${columns} finite numbers`);
}
