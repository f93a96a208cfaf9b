import type { BoostingModel } from '../model.ts';

/**
 * Contributions to the model's own columns from those to the widened ones, rows × columns. What a derived column brought goes
 * to its source columns in equal parts: the statistic is a function of its sources together and says no more about their
 * shares, as with CatBoost's own SHAP values. Sums of rows stay as they are.
 * @param wide rows × (columns + derived columns), row-major
 * @throws RangeError when the length does not fit
 */
export function foldContributions(
  model: Pick<BoostingModel, 'columns' | 'statistics'>,
  wide: Float64Array,
): Float64Array {
  const derived = model.statistics?.derived ?? [];
  const width = model.columns + derived.length;
  if (wide.length % width !== 0)
    throw new RangeError(`wide: expected rows of ${width} contributions, got ${wide.length} in all`);
  const folded = new Float64Array((wide.length / width) * model.columns);
  for (let from = 0, to = 0; from < wide.length; from += width, to += model.columns) {
    for (let column = 0; column < model.columns; column++) folded[to + column] = wide[from + column];
    derived.forEach(({ sources }, k) => {
      const part = wide[from + model.columns + k] / sources.length;
      for (const source of sources) folded[to + source] += part;
    });
  }
  return folded;
}
