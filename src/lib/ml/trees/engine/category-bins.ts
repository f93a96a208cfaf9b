import type { Matrix } from '../../core/matrix.ts';

/** The categories in each bin of a column. */
export type CategoryBins = readonly (readonly number[])[];

/**
 * A bin for each category. When there are more than bins, the most frequent keep their own and the others share the last one,
 * or that of missing values.
 */
export function categoryBins(
  x: Matrix,
  column: number,
  maxBins: number,
  rare: 'together' | 'missing',
): CategoryBins {
  const counts = new Map<number, number>();
  for (let row = 0; row < x.rows; row++) {
    const code = x.values[row * x.columns + column];
    if (!Number.isNaN(code)) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const byFrequency = [...counts].sort(([a, n], [b, m]) => m - n || a - b).map(([code]) => code);
  const isFull = byFrequency.length > maxBins;
  const ownBin = byFrequency.slice(0, isFull && rare === 'together' ? maxBins - 1 : maxBins);
  const codes = ownBin.sort((a, b) => a - b).map((code) => [code]);
  if (isFull && rare === 'together') codes.push(byFrequency.slice(maxBins - 1).sort((a, b) => a - b));
  return codes.length > 0 ? codes : [[]];
}
