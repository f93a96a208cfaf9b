import { matrix, type Matrix } from '../../core/matrix.ts';
import { type DerivedColumn, widen } from '../target-statistics.ts';
import { borderOf, type Source } from './columns.ts';
import { addLeaves } from './leaf-values.ts';
import type { Objective } from './objective.ts';
import type { ObliviousTree } from './oblivious.ts';
import { type CatboostData, checkedData, type Settings } from './options.ts';
import { nameOf, type Statistics, type StatisticSpec } from './statistics.ts';
import type { Choice } from './structure.ts';

export interface ValidationWatch {
  /** Adds the newest tree; true when the loss has not fallen for too long. */
  isOver(tree: ObliviousTree): boolean;
  /** Rounds to keep. */
  bestRound(): number;
}

interface Watched {
  readonly settings: Settings;
  readonly train: { readonly x: Matrix };
  readonly objective: Objective;
  readonly start: Float64Array;
  readonly statistics: Statistics;
}

/** Follows the mean loss on rows held out, with the statistics that the model will keep. */
export function validationWatch(data: CatboostData, watched: Watched): ValidationWatch {
  const { settings, objective, start, statistics } = watched;
  const { x, labels, weights } = checkedData('validation', data, settings, watched.train.x.columns);
  const margins = new Float64Array(x.rows * objective.outputs);
  for (let i = 0; i < margins.length; i++) margins[i] = start[i % start.length];
  const valuesOf = derivedValues(x, statistics);
  let [round, best, bestRound] = [0, Infinity, 1];
  return {
    isOver: ({ choices, values }) => {
      round++;
      const leafOf = new Uint16Array(x.rows);
      choices.forEach((choice, level) => passInto(leafOf, choice, level, x, valuesOf));
      addLeaves(margins, values, 1, leafOf, objective.outputs);
      const mean = objective.mean({ labels, weights, margins }, x.rows);
      if (mean < best) [best, bestRound] = [mean, round];
      return round - bestRound >= settings.patience;
    },
    bestRound: () => bestRound,
  };
}

function passInto(
  leafOf: Uint16Array,
  { candidate: { source }, bin }: Choice<Source>,
  level: number,
  x: Matrix,
  valuesOf: (spec: StatisticSpec) => Float64Array,
): void {
  const border = source.kind === 'codes' ? source.codes[bin] : borderOf(source, bin);
  const derived = source.kind === 'statistic' ? valuesOf(source.spec) : null;
  for (let row = 0; row < x.rows; row++) {
    const value =
      source.kind === 'statistic' ? (derived?.[row] ?? NaN) : x.values[row * x.columns + source.column];
    const isPassed = source.kind === 'codes' ? Object.is(value, border) : Math.fround(value) > border;
    if (isPassed) leafOf[row] |= 1 << level;
  }
}

/** The kept statistic of each row, computed once a statistic. */
function derivedValues(x: Matrix, statistics: Statistics): (spec: StatisticSpec) => Float64Array {
  const known = new Map<string, Float64Array>();
  return (spec) => {
    const name = nameOf(spec);
    let values = known.get(name);
    if (!values) known.set(name, (values = valuesOfColumn(x, statistics.finalOf(spec))));
    return values;
  };
}

function valuesOfColumn(x: Matrix, column: DerivedColumn): Float64Array {
  const wide = widen(sourceColumns(x, column.sources), {
    derived: [{ ...column, sources: column.sources.map((_, k) => k) }],
  });
  return Float64Array.from({ length: x.rows }, (_, row) => wide.values[(row + 1) * wide.columns - 1]);
}

function sourceColumns(x: Matrix, sources: readonly number[]): Matrix {
  const values = new Float64Array(x.rows * sources.length);
  for (let row = 0; row < x.rows; row++)
    sources.forEach((source, k) => (values[row * sources.length + k] = x.values[row * x.columns + source]));
  return matrix(x.rows, sources.length, values);
}
