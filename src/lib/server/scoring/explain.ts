import type { Matrix } from '#lib/ml/core/matrix.ts';
import { type Model, prepareExplainer } from '#lib/ml/ensemble/index.ts';
import { conformalSet } from '#lib/ml/evaluate/index.ts';
import type { ShapExplainer } from '#lib/ml/trees/index.ts';
import type { Champion } from '#lib/server/models/registry.ts';
import type { ScoreExplanation } from '#lib/server/platform/db/schema.ts';
import { classAnswers } from '#lib/server/training/confidence.ts';

const shownContributions = 6;

// Preparing takes milliseconds, explaining microseconds; a model leaves memory together with its explainers.
const explainers = new WeakMap<Model, Map<number, ShapExplainer>>();

function explainerOf(model: Model, output: number): ShapExplainer {
  const byOutput = explainers.get(model) ?? new Map<number, ShapExplainer>();
  explainers.set(model, byOutput);
  const made = byOutput.get(output) ?? prepareExplainer(model, output);
  byOutput.set(output, made);
  return made;
}

/**
 * What moved each row's answer most, by exact Shapley values of the model's margin, and what the answer leaves open.
 * @param answers calibrated, of the same rows: one a row for yes or no, else one a class
 * @param output which class; 0 for yes or no
 */
export function explain(
  { model }: Champion,
  x: Matrix,
  answers: Float64Array,
  output: number,
): ScoreExplanation[] {
  const { base, contributions } = explainerOf(model.model, output)(x);
  const classes = Math.max(2, model.model.outputs);
  const all = classAnswers(answers, classes);
  return Array.from({ length: x.rows }, (_, row) => {
    const first = row * x.columns;
    const effects = contributions.subarray(first, first + x.columns);
    const shown = largest(effects);
    const total = effects.reduce((sum, effect) => sum + effect, 0);
    const named = shown.reduce((sum, column) => sum + effects[column], 0);
    return {
      base,
      rest: total - named,
      contributions: shown.map((column) => {
        const value = x.values[first + column];
        return {
          feature: model.columns[column],
          value: Number.isNaN(value) ? null : value,
          effect: effects[column],
        };
      }),
      ...(model.sets && {
        classes: conformalSet(model.sets, all.subarray(row * classes, (row + 1) * classes)),
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
