import { formatSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Matrix } from '#lib/ml/core/matrix.ts';
import { type Model, prepareExplainer } from '#lib/ml/ensemble/index.ts';
import { conformalSet } from '#lib/ml/evaluate/index.ts';
import type { ShapExplainer } from '#lib/ml/trees/index.ts';
import type { Champion } from '#lib/server/models/registry.ts';
import type { ScoreExplanation } from '#lib/server/platform/db/schema.ts';
import { classAnswers } from '#lib/server/training/confidence.ts';
import { weekOfColumn, weekStart } from '#lib/server/training/tasks/at-risk-weeks.ts';

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
 * What moved each row's answer most, by the effects of its inputs on the model's margin (they sum to it), and what the answer
 * leaves open.
 * @param answers calibrated, of the same rows: one a row for yes or no, else one a class
 * @param output which class; 0 for yes or no
 * @param before the day the rows were measured as of: weeks are told by their dates. Only models that read weeks need it
 */
export function explain(
  { model }: Champion,
  x: Matrix,
  answers: Float64Array,
  output: number,
  before?: SchoolDay,
): ScoreExplanation[] {
  const { base, contributions } = explainerOf(model.model, output)(x);
  const classes = Math.max(2, model.model.outputs);
  const all = classAnswers(answers, classes);
  const inputs = inputsOf(model.columns, before);
  return Array.from({ length: x.rows }, (_, row) => {
    const own = contributions.subarray(row * x.columns, (row + 1) * x.columns);
    const values = x.values.subarray(row * x.columns, (row + 1) * x.columns);
    const effects = inputs.map(({ columns }) => columns.reduce((sum, column) => sum + own[column], 0));
    const shown = largest(effects);
    const total = effects.reduce((sum, effect) => sum + effect, 0);
    const named = shown.reduce((sum, input) => sum + effects[input], 0);
    return {
      base,
      rest: total - named,
      contributions: shown.map((input) => {
        const { feature, columns } = inputs[input];
        const value = values[columns[0]];
        return { feature, value: Number.isNaN(value) ? null : value, effect: effects[input] };
      }),
      ...(model.sets && {
        classes: conformalSet(model.sets, all.subarray(row * classes, (row + 1) * classes)),
      }),
    };
  });
}

/** Something that is told by one name: a column, or all that was measured of one week, whose first column gives the value. */
interface Input {
  readonly feature: string;
  readonly columns: readonly number[];
}

function inputsOf(columns: readonly string[], before: SchoolDay | undefined): readonly Input[] {
  const byName = Map.groupBy(columns.keys(), (column) => {
    const week = before === undefined ? null : weekOfColumn(columns[column]);
    if (week === null || before === undefined) return columns[column];
    return `activity-week-${formatSchoolDay(weekStart(before, week))}`;
  });
  return [...byName].map(([feature, own]) => ({ feature, columns: own }));
}

/** The inputs that moved the answer most, the strongest first; those that moved nothing are left out. */
function largest(effects: readonly number[]): number[] {
  const chosen: number[] = [];
  for (let input = 0; input < effects.length; input++) {
    if (effects[input] === 0) continue;
    let place = chosen.length;
    while (place > 0 && Math.abs(effects[chosen[place - 1]]) < Math.abs(effects[input])) place--;
    if (place < shownContributions) chosen.splice(place, 0, input);
    if (chosen.length > shownContributions) chosen.pop();
  }
  return chosen;
}
