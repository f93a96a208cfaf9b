import { checkBinary, checkFinite, checkLength, checkPaired } from './checks.ts';

export interface Concordance {
  /** Share of comparable pairs in which the earlier event had the higher risk; equal risks count half. */
  readonly value: number;
  readonly concordant: number;
  readonly discordant: number;
  readonly tiedRisk: number;
}

/**
 * Harrell's C: of two learners one of whom is known to have met the event first, the model should have given that one
 * the higher risk. One who leaves observation at time t counts as later than an event at t; two events at the same
 * time are no pair. Sorting and a tree of counts: O(n log n). The value is NaN without a comparable pair.
 *
 * @param risks any numbers that grow with the danger
 * @param times when observation ended
 * @param events 1 where it ended with the event, 0 where it was cut off before
 * @see Harrell, Lee and Mark, "Multivariable Prognostic Models" (1996)
 */
export function concordance(
  risks: Float64Array,
  times: Float64Array,
  events: ArrayLike<number>,
): Concordance {
  checkInputs(risks, times, events);
  const ranks = ranksOf(risks);
  const later = countTree(risks.length);
  let [concordant, discordant, tiedRisk] = [0, 0, 0];
  for (const { cutOff, met } of momentsFromTheLast(times, events)) {
    for (const row of cutOff) later.add(ranks[row]);
    for (const row of met) {
      const upTo = later.countUpTo(ranks[row]);
      const below = later.countUpTo(ranks[row] - 1);
      concordant += below;
      tiedRisk += upTo - below;
      discordant += later.size() - upTo;
    }
    for (const row of met) later.add(ranks[row]);
  }
  const pairs = concordant + discordant + tiedRisk;
  return { value: (concordant + tiedRisk / 2) / pairs, concordant, discordant, tiedRisk };
}

function checkInputs(risks: Float64Array, times: Float64Array, events: ArrayLike<number>): void {
  checkPaired('concordance', risks, times);
  checkLength('events', events, risks.length);
  checkBinary('concordance', events);
  checkFinite('risks', risks);
  checkFinite('times', times);
}

/** 1 for the least; equal values share a rank. */
function ranksOf(values: Float64Array): Uint32Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranks = new Uint32Array(values.length);
  let rank = 0;
  order.forEach((row, k) => {
    if (k === 0 || values[row] !== values[order[k - 1]]) rank++;
    ranks[row] = rank;
  });
  return ranks;
}

/** Rows by time, the last time first, apart by whether they met the event. */
function momentsFromTheLast(times: Float64Array, events: ArrayLike<number>) {
  const byTime = Map.groupBy(times.keys(), (row) => times[row]);
  return [...byTime]
    .sort(([a], [b]) => b - a)
    .map(([, rows]) => ({
      cutOff: rows.filter((row) => events[row] === 0),
      met: rows.filter((row) => events[row] === 1),
    }));
}

/** Counts by rank with running sums. @see Fenwick, "A New Data Structure for Cumulative Frequency Tables" (1994) */
function countTree(ranks: number) {
  const sums = new Uint32Array(ranks + 1);
  let size = 0;
  return {
    size: () => size,
    add(rank: number): void {
      size++;
      for (let i = rank; i < sums.length; i += i & -i) sums[i]++;
    },
    countUpTo(rank: number): number {
      let count = 0;
      for (let i = rank; i > 0; i -= i & -i) count += sums[i];
      return count;
    },
  };
}
