import { type Counterfactual, findCounterfactuals, type Lever } from '#lib/ml/explain/index.ts';
import type { Champion } from '#lib/server/models/registry.ts';
import { answersOf } from '#lib/server/models/task-model.ts';
import type { ScoreExplanation } from '#lib/server/platform/db/schema.ts';
import { leversOf, type RiskLever, riskWriter } from '#lib/server/training/tasks/at-risk-levers.ts';

// A risk is brought below the next of these lines, where less is asked of the teacher; below the last nobody need act.
const lines = [0.65, 0.4, 0.2] as const;
const mostShown = 3;
// A change that moves the chance by less than this is not worth a word.
const leastGain = 0.02;

/** What the learner could do within a fortnight that would lower a chance of leaving or failing; none for a low one. */
export function helpsOf(
  { model }: Champion,
  row: Float64Array,
  chance: number,
): NonNullable<ScoreExplanation['helps']> {
  const below = lines.find((line) => chance >= line);
  if (below === undefined) return [];
  const levers = leversOf(model.columns, row);
  const moves = new Map<Lever, RiskLever>(levers.map((lever) => [lever, lever.of]));
  const apply = (values: Float64Array, lever: Lever, amount: number): Float64Array => {
    const moved = values.slice();
    moves.get(lever)?.apply(riskWriter(model.columns, moved), Math.abs(amount));
    return moved;
  };
  const found = findCounterfactuals((x) => answersOf(model, x), row, levers, {
    target: { below },
    mostLevers: 2,
    mostSteps: 6,
    mostResults: mostShown,
    apply,
  });
  return found
    .filter(({ before, after }) => before - after >= leastGain)
    .map((one) => told(one, model.columns));
}

function told({ changes, before, after }: Counterfactual, columns: readonly string[]) {
  return {
    changes: changes.map(({ column, from, to }) => ({ feature: columns[column], from, to })),
    before,
    after,
  };
}
