import { type FairnessOptions, fairnessDefaults, type Gap, gapOf } from './fairness.ts';
import { type FairnessData, partGroups } from './fairness-groups.ts';
import { type DrawnGroup, drawGroups, type FairnessMeasure, fairnessMeasures } from './fairness-measures.ts';
import { type Interval, percentileInterval } from './intervals.ts';

/** One model's answers, with the line it flags at. */
export type JudgedModel = Pick<FairnessData, 'answers' | 'threshold'>;

export interface GapComparison extends Pick<FairnessData, 'labels' | 'groups' | 'learners'>, FairnessOptions {
  readonly fresh: JudgedModel;
  readonly champion: JudgedModel;
  /** How much wider a gap may become, in the measure's units; 0 or more. */
  readonly bound: number;
}

/** What a fresh model does to one gap. */
export interface GapChange {
  readonly measure: FairnessMeasure;
  readonly fresh: Gap;
  readonly champion: Gap;
  /** Fresh gap − champion's gap, both measured on the same redraws of learners. */
  readonly widening: Interval;
  /**
   * `wider`: by more than the bound, and not by chance. `perhaps wider`: by more than the bound, but the interval
   * holds 0. `not wider`: within the bound.
   */
  readonly verdict: 'wider' | 'perhaps wider' | 'not wider';
}

/** Base rates are the world's, not the model's. */
const modelMeasures = fairnessMeasures.filter((measure) => measure !== 'baseRate' && measure !== 'said');

/**
 * Whether a fresh model treats groups more differently than the one it would replace, measure by measure. Suppressed
 * groups take no part; measures with fewer than two measurable groups are left out.
 */
export function compareGaps({
  fresh,
  champion,
  bound,
  leastGroup = fairnessDefaults.leastGroup,
  leastOutcomes = fairnessDefaults.leastOutcomes,
  draws = fairnessDefaults.draws,
  seed,
  ...rows
}: GapComparison): GapChange[] {
  if (!(bound >= 0)) throw new RangeError(`bound: expected 0 or more, got ${bound}`);
  const draw = (model: JudgedModel) => {
    const { shown } = partGroups({ ...rows, ...model }, { learners: leastGroup, outcomes: leastOutcomes });
    return drawGroups(shown, model.threshold, { seed, draws });
  };
  const [ofFresh, ofChampion] = [draw(fresh), draw(champion)];
  return modelMeasures.flatMap((measure) => {
    const isMeasured = (_: DrawnGroup, g: number) =>
      !Number.isNaN(ofFresh[g].values[measure]) && !Number.isNaN(ofChampion[g].values[measure]);
    return changeOf(ofFresh.filter(isMeasured), ofChampion.filter(isMeasured), measure, bound);
  });
}

function changeOf(
  ofFresh: readonly DrawnGroup[],
  ofChampion: readonly DrawnGroup[],
  measure: FairnessMeasure,
  bound: number,
): GapChange[] {
  const [fresh, champion] = [gapOf(ofFresh, measure), gapOf(ofChampion, measure)];
  if (!fresh || !champion) return [];
  const onDraws = drawnWidths(ofFresh, measure);
  const before = drawnWidths(ofChampion, measure);
  const widening = percentileInterval(
    fresh.difference.value - champion.difference.value,
    onDraws.map((width, d) => width - before[d]),
  );
  return [{ measure, fresh, champion, widening, verdict: verdictOn(widening, bound) }];
}

/** Greatest − least over the groups, on each draw; NaN where a group could not be measured. */
function drawnWidths(drawn: readonly DrawnGroup[], measure: FairnessMeasure): number[] {
  return drawn[0].draws.map((_, d) => {
    const values = drawn.map(({ draws }) => draws[d][measure]);
    return Math.max(...values) - Math.min(...values);
  });
}

function verdictOn({ value, low }: Interval, bound: number): GapChange['verdict'] {
  if (!(value > bound)) return 'not wider';
  return low > 0 ? 'wider' : 'perhaps wider';
}
