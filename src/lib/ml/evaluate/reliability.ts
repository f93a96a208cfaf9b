import { checkBinary, checkPaired, checkProbabilities } from './checks.ts';

export interface ReliabilityBin {
  /** Answers in [from, to); the last bin takes 1 as well. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** Mean answer; 0 in an empty bin. */
  readonly said: number;
  /** Share of positives; 0 in an empty bin. */
  readonly happened: number;
}

/** What was said beside what happened, in `bins` intervals of equal width. */
export function reliabilityTable(
  answers: Float64Array,
  labels: ArrayLike<number>,
  bins = 10,
): ReliabilityBin[] {
  checkPaired('reliabilityTable', answers, labels);
  checkBinary('reliabilityTable', labels);
  checkProbabilities('reliabilityTable', answers);
  const rows = new Float64Array(bins);
  const said = new Float64Array(bins);
  const happened = new Float64Array(bins);
  for (let i = 0; i < answers.length; i++) {
    const bin = Math.min(bins - 1, Math.floor(answers[i] * bins));
    rows[bin]++;
    said[bin] += answers[i];
    happened[bin] += labels[i];
  }
  return Array.from({ length: bins }, (_, bin) => ({
    from: bin / bins,
    to: (bin + 1) / bins,
    rows: rows[bin],
    said: rows[bin] === 0 ? 0 : said[bin] / rows[bin],
    happened: rows[bin] === 0 ? 0 : happened[bin] / rows[bin],
  }));
}

/** Mean distance between what was said and what happened, weighted by rows. @see Naeini et al. 2015 */
export function expectedCalibrationError(
  answers: Float64Array,
  labels: ArrayLike<number>,
  bins = 10,
): number {
  const table = reliabilityTable(answers, labels, bins);
  return table.reduce((sum, bin) => sum + bin.rows * Math.abs(bin.said - bin.happened), 0) / answers.length;
}
