import {
  accuracy,
  auc,
  bootstrapInterval,
  brier,
  expectedCalibrationError,
  type Interval,
  logLoss,
  macroAuc,
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

type Measure = (answers: Float64Array, labels: Uint8Array) => number;

const binaryMeasures: Readonly<Record<string, Measure>> = {
  auc,
  logLoss,
  brier,
  calibrationError: expectedCalibrationError,
};

function classMeasures(classes: number): Readonly<Record<string, Measure>> {
  return {
    accuracy: (answers, labels) => accuracy(mostLikely(answers, classes), labels),
    macroF1: (answers, labels) => macroF1(mostLikely(answers, classes), labels, classes),
    macroAuc: (answers, labels) => macroAuc(answers, labels, classes),
    logLoss: (answers, labels) => multiclassLogLoss(answers, labels, classes),
  };
}

const draws = 100;

/** Every metric of the test part with a 95 % interval, learners drawn whole. */
export function judge(answers: Float64Array, part: PartRows, classes: number, seed: number): Judgement {
  const width = classes === 2 ? 1 : classes;
  const measures = classes === 2 ? binaryMeasures : classMeasures(classes);
  const metrics = Object.entries(measures).map(([name, measure]) => {
    const onRows = (rows: Uint32Array) =>
      measure(
        takeRows(answers, rows, width),
        Uint8Array.from(rows, (row) => part.labels[row]),
      );
    return [
      name,
      bootstrapInterval(part.labels.length, onRows, { seed, draws, groups: part.learners }),
    ] as const;
  });
  return { metrics: Object.fromEntries(metrics), reliability: reliabilityOf(answers, part.labels, classes) };
}

function takeRows(answers: Float64Array, rows: Uint32Array, width: number): Float64Array {
  const taken = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    for (let c = 0; c < width; c++) taken[i * width + c] = answers[row * width + c];
  });
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

function rowLosses(answers: Float64Array, labels: Uint8Array, classes: number): Float64Array {
  return Float64Array.from(labels, (label, row) => {
    if (classes > 2) return -Math.log(Math.max(1e-15, answers[row * classes + label]));
    return -Math.log(Math.max(1e-15, label === 1 ? answers[row] : 1 - answers[row]));
  });
}
