import { describe, expect, it } from 'vitest';
import { atRiskColumns } from './at-risk-inputs.ts';
import { riskLevers, riskWriter } from './at-risk-levers.ts';
import { weekColumns } from './at-risk-weeks.ts';

const columns = [...atRiskColumns([]), ...weekColumns];

/** What one lever, pulled so often, adds to each column of a row of ones. */
function change(column: string, times: number) {
  const lever = riskLevers.find((one) => one.column === column);
  const values = new Float64Array(columns.length).fill(1);
  lever?.apply(riskWriter(columns, values), times);
  return (name: string) => values[columns.indexOf(name)] - 1;
}

describe('what a learner can do', () => {
  it('stands in the latest week as it stands in the last 28 days', () => {
    const handIns = change('overdue', 2);
    expect(handIns('week-01-hand-ins')).toBe(handIns('hand-ins-28'));
    expect(handIns('week-01-events')).toBe(handIns('events-28'));
    const practice = change('practice-so-far', 3);
    expect(practice('week-01-events')).toBe(practice('events-28'));
    const study = change('active-days-28', 6);
    expect(study('week-01-quantity')).toBe(study('quantity-28'));
    expect(study('week-01-active-days')).toBe(study('active-days-7'));
    expect(study('week-01-active-days')).toBeGreaterThan(0);
  });

  it('leaves the weeks before as they were, and moves rows without weeks alike', () => {
    for (const { column } of riskLevers) {
      const changed = change(column, 2);
      expect(columns.filter((name) => name.startsWith('week-02') && changed(name) !== 0)).toEqual([]);
    }
    const base = atRiskColumns([]);
    const short = new Float64Array(base.length).fill(1);
    riskLevers[0].apply(riskWriter(base, short), 2);
    const long = change(riskLevers[0].column, 2);
    expect(base.map((_, i) => short[i] - 1)).toEqual(base.map(long));
  });
});
