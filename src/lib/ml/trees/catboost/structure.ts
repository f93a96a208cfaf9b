import { normal, type Random } from '../../core/random.ts';
import type { Candidate, ScoreSegment } from './candidate.ts';
import { type HistogramPool, type HistogramStore, scratchStore, subtractingStore } from './histograms.ts';
import type { Settings } from './options.ts';
import { type ChannelLayout, emptyScores, scoreOf, type ScoreSums } from './scores.ts';

/** One test of a tree, for all leaves of a level: rows pass where their interval is above `bin`, or is `bin`. */
export interface Choice<Source> {
  readonly candidate: Candidate<Source>;
  readonly bin: number;
  /** By how much it raised the score. */
  readonly gain: number;
}

export interface Search<Source> {
  /** Looked at on every level of every tree. */
  readonly columns: readonly Candidate<Source>[];
  /** More candidates, by what the tree tests so far. */
  more(choices: readonly Choice<Source>[]): readonly Candidate<Source>[];
  readonly layout: ChannelLayout;
  readonly pool: HistogramPool;
  readonly settings: Pick<Settings, 'depth' | 'score' | 'columnShare'>;
}

/**
 * Grows the structure of one tree: on each level the test that scores best over all leaves together, until nothing is left to
 * test or a test turns out to part nothing.
 * @param deviation of the noise on every score
 * @see Prokhorenkova et al. (2018), section 4.3 and appendix B
 */
export function growStructure<Source>(
  search: Search<Source>,
  segments: readonly ScoreSegment[],
  rows: number,
  deviation: number,
  random: Random,
): Choice<Source>[] {
  const choices: Choice<Source>[] = [];
  const leafOf = new Uint16Array(rows);
  const store = storeOf(search, segments, leafOf);
  for (let level = 0; level < search.settings.depth; level++) {
    const choice = bestChoice(search, choices, store, rows, 1 << level, deviation, random);
    if (!choice) break;
    passRows(leafOf, choice.candidate, choice.bin, level);
    if (isIdle(leafOf, level)) break;
    choices.push(choice);
    if (level + 1 < search.settings.depth) store.split(level);
  }
  return choices;
}

/** Sets bit `level` of the leaf of every row that passes the test. */
export function passRows(
  leafOf: Uint16Array,
  { bins, isEqual }: Pick<Candidate<unknown>, 'bins' | 'isEqual'>,
  bin: number,
  level: number,
): void {
  const bit = 1 << level;
  for (let row = 0; row < leafOf.length; row++) {
    if (isEqual ? bins[row] === bin : bins[row] > bin) leafOf[row] |= bit;
  }
}

/** Whether the newest test parts no leaf. */
function isIdle(leafOf: Uint16Array, level: number): boolean {
  const bit = 1 << level;
  const sides = new Uint8Array(bit);
  for (const leaf of leafOf) sides[leaf & (bit - 1)] |= leaf & bit ? 2 : 1;
  return !sides.includes(3);
}

function storeOf<Source>(
  { layout, pool, settings }: Search<Source>,
  segments: readonly ScoreSegment[],
  leafOf: Uint16Array,
): HistogramStore {
  return segments.length === 1 && settings.columnShare === 1
    ? subtractingStore(segments[0], leafOf, layout, pool)
    : scratchStore(segments, leafOf, layout, pool);
}

function bestChoice<Source>(
  search: Search<Source>,
  choices: readonly Choice<Source>[],
  store: HistogramStore,
  rows: number,
  leaves: number,
  deviation: number,
  random: Random,
): Choice<Source> | undefined {
  const { columns, settings } = search;
  const candidates = [...columns, ...search.more(choices)];
  const before = scoreBefore(store, rows, leaves, settings.score);
  let best: Choice<Source> | undefined;
  let bestGain = -Infinity;
  candidates.forEach((candidate, place) => {
    if (settings.columnShare < 1 && random() >= settings.columnShare) return;
    const sums = emptyScores();
    store.addScores(sums, candidate, place < columns.length ? place : -1, leaves);
    const found = bestBorder(sums, candidate, settings.score, deviation, random);
    if (!found) return;
    // Drawn anew: the largest of many noisy scores would favour columns with many borders.
    const noisy = found.score + (deviation > 0 ? deviation * normal(random) : 0);
    const gain = (noisy - before) * candidate.factor;
    // Tests that part the rows alike differ by rounding alone: the first stays.
    if (gain <= bestGain + leastLead * Math.abs(noisy)) return;
    bestGain = gain;
    best = { candidate, bin: found.bin, gain: found.score - before };
  });
  return best;
}

// How much better, relative to the score, a later test must be.
const leastLead = 1e-12;

/** The score of the leaves as they stand: of a column with one interval. */
function scoreBefore(store: HistogramStore, rows: number, leaves: number, score: Settings['score']): number {
  const sums = emptyScores();
  const whole = { source: null, bins: new Uint8Array(rows), size: 1, isEqual: true, factor: 1 };
  store.addScores(sums, whole, -1, leaves);
  return scoreOf(score, sums.above[0], sums.below[0]);
}

function bestBorder(
  { above, below, isBarred }: ScoreSums,
  { size, isEqual }: Candidate<unknown>,
  score: Settings['score'],
  deviation: number,
  random: Random,
): { bin: number; score: number } | undefined {
  let best: { bin: number; score: number } | undefined;
  let bestNoisy = -Infinity;
  for (let bin = 0; bin < (isEqual ? size : size - 1); bin++) {
    const plain = scoreOf(score, above[bin], below[bin]);
    const noisy = deviation > 0 ? plain + deviation * normal(random) : plain;
    if (isBarred[bin] || noisy <= bestNoisy + leastLead * Math.abs(noisy)) continue;
    bestNoisy = noisy;
    best = { bin, score: plain };
  }
  return best;
}
