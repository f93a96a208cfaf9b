import { describe, expect, it } from 'vitest';
import { catalogueVersion } from '#lib/domain/features/index.ts';
import { matrix } from '#lib/ml/core/matrix.ts';
import { integerBelow, seededRandom } from '#lib/ml/core/random.ts';
import { identityCalibration } from '#lib/ml/evaluate/index.ts';
import { fitBoosting } from '#lib/ml/trees/index.ts';
import type { Champion } from '#lib/server/models/registry.ts';
import { answersOf } from '#lib/server/models/task-model.ts';
import { atRiskColumns } from '#lib/server/training/tasks/at-risk-inputs.ts';
import { riskLevers } from '#lib/server/training/tasks/at-risk-levers.ts';
import { helpsOf } from './helps.ts';

const columns = atRiskColumns([]);
const place = (name: string) => columns.indexOf(name);

function rowWith(values: Readonly<Record<string, number>>): Float64Array {
  const row = new Float64Array(columns.length).fill(1);
  for (const [name, value] of Object.entries(values)) row[place(name)] = value;
  return row;
}

/** Whoever has work overdue and few active days leaves; nothing else matters. */
function champion(): Champion {
  const random = seededRandom(5);
  const rows = Array.from({ length: 800 }, () =>
    rowWith({
      overdue: integerBelow(random, 5),
      'active-days-28': integerBelow(random, 15),
      'mean-score': 50 + integerBelow(random, 50),
    }),
  );
  const labels = rows.map((row) => Number(row[place('overdue')] >= 2 && row[place('active-days-28')] < 7));
  const x = matrix(rows.length, columns.length, Float64Array.from(rows.flatMap((row) => [...row])));
  const model = fitBoosting({ x, labels }, { seed: 1, loss: 'logistic', rounds: 40, depth: 3 });
  return {
    task: 'at-risk',
    version: 'toy',
    model: {
      kind: 'task-model',
      version: 2,
      task: 'at-risk',
      catalogueVersion,
      columns,
      model,
      calibration: { of: 'probability', map: identityCalibration },
      sets: null,
      summary: null,
      facts: {},
    },
  };
}

describe('helpsOf', () => {
  const risk = champion();
  const chanceOf = (row: Float64Array) => answersOf(risk.model, matrix(1, columns.length, row))[0];
  const troubled = rowWith({ overdue: 2, 'active-days-28': 3, 'mean-score': 60 });

  it('names what the learner can do and where that would lead', () => {
    const chance = chanceOf(troubled);
    expect(chance).toBeGreaterThan(0.8);
    const [first, ...others] = helpsOf(risk, troubled, chance);
    expect(first.changes).toEqual([{ feature: 'overdue', from: 2, to: 1 }]);
    expect(first.before).toBeCloseTo(chance, 12);
    expect(first.after).toBeLessThan(0.65);
    expect(others.map(({ changes }) => changes[0].feature)).toContain('active-days-28');
  });

  it('moves nothing but levers, within their bounds', () => {
    const told = new Map(riskLevers.map((lever) => [lever.column, lever]));
    for (const help of helpsOf(risk, troubled, chanceOf(troubled))) {
      expect(help.after).toBeLessThan(help.before);
      for (const { feature, from, to } of help.changes) {
        const lever = told.get(feature);
        expect(lever).toBeDefined();
        expect(Math.sign(to - from)).toBe(lever?.direction === 'down' ? -1 : 1);
        expect(to).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('has nothing to say of a low chance, or where nothing the learner does would move it', () => {
    const calm = rowWith({ overdue: 0, 'active-days-28': 12, 'mean-score': 80 });
    expect(helpsOf(risk, calm, chanceOf(calm))).toEqual([]);
    const blind: Champion = {
      ...risk,
      model: { ...risk.model, columns: columns.map((name) => `x-${name}`) },
    };
    expect(helpsOf(blind, troubled, chanceOf(troubled))).toEqual([]);
  });
});
