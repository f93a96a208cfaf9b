import type { Matrix } from '#lib/ml/core/matrix.ts';
import { prepareShap, prepareWalks, type ShapExplainer, type TreeModel } from '#lib/ml/trees/index.ts';
import type { Champion } from '#lib/server/models/registry.ts';
import type { ScoreExplanation } from '#lib/server/platform/db/schema.ts';

const shownContributions = 6;

// Preparing takes milliseconds, explaining microseconds; a model leaves memory together with its explainers.
const explainers = new WeakMap<TreeModel, Map<number, ShapExplainer>>();

function explainerOf(model: TreeModel, output: number): ShapExplainer {
  const byOutput = explainers.get(model) ?? new Map<number, ShapExplainer>();
  explainers.set(model, byOutput);
  const known = byOutput.get(output);
  if (known) return known;
  const hasTables = model.kind === 'boosting' && model.outputs === 1;
  const made = hasTables ? prepareShap(model) : prepareWalks(model, output);
  byOutput.set(output, made);
  return made;
}

/** What moved each row's answer most, by exact Shapley values of the model's margin. */
export function explain({ model }: Champion, x: Matrix, output: number): ScoreExplanation[] {
  const { base, contributions } = explainerOf(model.model, output)(x);
  return Array.from({ length: x.rows }, (_, row) => {
    const first = row * x.columns;
    return {
      base,
      contributions: largest(contributions.subarray(first, first + x.columns)).map((column) => {
        const value = x.values[first + column];
        const effect = contributions[first + column];
        return { feature: model.columns[column], value: Number.isNaN(value) ? null : value, effect };
      }),
    };
  });
}

/** The columns that moved the answer most, the strongest first; those that moved nothing are left out. */
function largest(effects: Float64Array): number[] {
  const chosen: number[] = [];
  for (let column = 0; column < effects.length; column++) {
    if (effects[column] === 0) continue;
    let place = chosen.length;
    while (place > 0 && Math.abs(effects[chosen[place - 1]]) < Math.abs(effects[column])) place--;
    if (place < shownContributions) chosen.splice(place, 0, column);
    if (chosen.length > shownContributions) chosen.pop();
  }
  return chosen;
}
