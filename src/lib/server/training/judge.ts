import {
  accuracy,
  aucOnRows,
  bootstrapInterval,
  brier,
  expectedCalibrationError,
  type Interval,
  logLoss,
  macroAucOnRows,
  macroF1,
  mostLikely,
  multiclassLogLoss,
  type ReliabilityBin,
  reliabilityTable,
} from '#lib/ml/evaluate/index.ts';
import type { PartRows } from './dataset.ts';

export type Metrics = Readonly<Record<string, Interval>>;

export interface Judgement {
  readonly metrics: Metrics;
  /** Of the positive class, or of the most likely one when there are several. */
  readonly reliability: readonly ReliabilityBin[];
}

/** A metric of rows drawn with repeats. */
type Measure = (rows: Uint32Array) => number;

function binaryMeasures(answers: Float64Array, labels: Uint8Array): Readonly<Record<string, Measure>> {
  const onRows = (of: (answers: Float64Array, labels: Uint8Array) => number) => (rows: Uint32Array) =>
    of(takeAnswers(answers, rows, 1), takeLabels(labels, rows));
  return {
    auc: aucOnRows(answers, labels),
    logLoss: onRows(logLoss),
    brier: onRows(brier),
    calibrationError: onRows(expectedCalibrationError),
  };
}

function classMeasures(
  answers: Float64Array,
  labels: Uint8Array,
  classes: number,
): Readonly<Record<string, Measure>> {
  const likely = mostLikely(answers, classes);
  return {
    accuracy: (rows) => accuracy(takeLabels(likely, rows), takeLabels(labels, rows)),
    macroF1: (rows) => macroF1(takeLabels(likely, rows), takeLabels(labels, rows), classes),
    macroAuc: macroAucOnRows(answers, labels, classes),
    logLoss: (rows) =>
      multiclassLogLoss(takeAnswers(answers, rows, classes), takeLabels(labels, rows), classes),
  };
}

const allDraws = 200;

/**
 * Every metric of the test part with a 95 % interval, learners drawn whole.
 * @param draws redraws behind an interval: 200 unless told
 */
export function judge(
  answers: Float64Array,
  part: PartRows,
  classes: number,
  seed: number,
  draws = allDraws,
): Judgement {
  const { labels, learners: groups } = part;
  const measures = classes === 2 ? binaryMeasures(answers, labels) : classMeasures(answers, labels, classes);
  const metrics = Object.entries(measures).map(
    ([name, measure]) => [name, bootstrapInterval(labels.length, measure, { seed, draws, groups })] as const,
  );
  return { metrics: Object.fromEntries(metrics), reliability: reliabilityOf(answers, labels, classes) };
}

function takeLabels(labels: Uint8Array, rows: Uint32Array): Uint8Array {
  const taken = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = labels[rows[i]];
  return taken;
}

/** The answers of some rows, `width` numbers a row. */
export function takeAnswers(answers: Float64Array, rows: Uint32Array, width: number): Float64Array {
  const taken = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    for (let c = 0; c < width; c++) taken[i * width + c] = answers[rows[i] * width + c];
  }
  return taken;
}

function reliabilityOf(answers: Float64Array, labels: Uint8Array, classes: number): ReliabilityBin[] {
  if (classes === 2) return reliabilityTable(answers, labels);
  const likely = mostLikely(answers, classes);
  const sureness = Float64Array.from(likely, (c, row) => Math.min(1, answers[row * classes + c]));
  return reliabilityTable(
    sureness,
    labels.map((label, row) => Number(label === likely[row])),
  );
}

export interface Comparison {
  /** Mean of (new − old) log loss over the test rows; below 0 the new one is better. */
  readonly difference: Interval;
}

/** Two models on the same rows, row by row. */
export function compareLosses(
  fresh: Float64Array,
  old: Float64Array,
  part: PartRows,
  classes: number,
  seed: number,
): Comparison {
  const [a, b] = [fresh, old].map((answers) => rowLosses(answers, part.labels, classes));
  const differences = a.map((loss, row) => loss - b[row]);
  const mean = (rows: Uint32Array) => rows.reduce((sum, row) => sum + differences[row], 0) / rows.length;
  return {
    difference: bootstrapInterval(differences.length, mean, { seed, draws: 400, groups: part.learners }),
  };
}

/** The log loss of each row. */
export function rowLosses(answers: Float64Array, labels: Uint8Array, classes: number): Float64Array {
  return Float64Array.from(labels, (label, row) => {
    if (classes > 2) return -Math.log(Math.max(1e-15, answers[row * classes + label]));
    return -Math.log(Math.max(1e-15, label === 1 ? answers[row] : 1 - answers[row]));
  });
}
