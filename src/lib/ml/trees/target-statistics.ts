import { matrix, type Matrix } from '../core/matrix.ts';

/**
 * CatBoost's target statistics: each derived column stands for one combination of input columns and answers with
 * scale · ((good + prior) / (seen + 1) + shift), counted over the training rows that had the same combination.
 * @see Prokhorenkova et al., "CatBoost: unbiased boosting with categorical features" (2018), section 3
 */
export interface TargetStatistics {
  readonly derived: readonly DerivedColumn[];
}

export interface DerivedColumn {
  /** Input columns whose codes are read together; codes are whole numbers, NaN is a code of its own. */
  readonly sources: readonly number[];
  readonly prior: number;
  readonly shift: number;
  readonly scale: number;
  /** The combinations seen in training, as codes joined by a space, in the order of the counts. */
  readonly keys: readonly string[];
  readonly good: Float64Array;
  readonly seen: Float64Array;
}

/** The input followed by the derived columns; the input itself when nothing is derived. */
export function widen(x: Matrix, statistics: TargetStatistics | null): Matrix {
  if (!statistics || statistics.derived.length === 0) return x;
  const { derived } = statistics;
  const columns = x.columns + derived.length;
  const values = new Float64Array(x.rows * columns);
  const tables = derived.map(tableOf);
  for (let row = 0; row < x.rows; row++) {
    const from = row * x.columns;
    const to = row * columns;
    for (let column = 0; column < x.columns; column++) values[to + column] = x.values[from + column];
    derived.forEach((one, k) => {
      values[to + x.columns + k] = tables[k](keyOf(x.values, from, one.sources));
    });
  }
  return matrix(x.rows, columns, values);
}

export function keyOf(
  values: Float32Array | Float64Array,
  offset: number,
  sources: readonly number[],
): string {
  let key = String(values[offset + sources[0]]);
  for (let k = 1; k < sources.length; k++) key += ` ${values[offset + sources[k]]}`;
  return key;
}

function tableOf({ keys, good, seen, prior, shift, scale }: DerivedColumn): (key: string) => number {
  const known = new Map(
    keys.map((key, i) => [key, scale * ((good[i] + prior) / (seen[i] + 1) + shift)] as const),
  );
  const unseen = scale * (prior + shift);
  return (key) => known.get(key) ?? unseen;
}
