import { integerBelow, type Random, seededRandom } from '../../core/random.ts';
import type { BoostingModel } from '../model.ts';
import { splitColumns, type Source, type StatisticCandidates, statisticCandidates } from './columns.ts';
import { drawFolds, type Fold, type Segment } from './folds.ts';
import { histogramPool } from './histograms.ts';
import { addLeaves, leafValues, meanWeight } from './leaf-values.ts';
import { type Objective, objectiveOf } from './objective.ts';
import { type ObliviousTree, writeTrees } from './oblivious.ts';
import {
  type CatboostData,
  type CatboostOptions,
  type CheckedData,
  checkedData,
  checkedSettings,
  type Settings,
} from './options.ts';
import { drawSample } from './sampling.ts';
import { layoutOf } from './scores.ts';
import { scoreSegments, slopeDeviation, slopesOf } from './segment-stats.ts';
import { goodRows, type Statistics, statisticsOf } from './statistics.ts';
import { type Choice, growStructure, passRows, type Search } from './structure.ts';
import { validationWatch } from './validation.ts';

/**
 * Gradient boosting on oblivious trees with ordered target statistics, as CatBoost does it on a CPU. For softmax the trees of
 * one round share their structure: CatBoost's trees with a vector in each leaf, written as one tree a class.
 * @throws RangeError that says which option or value is out of range
 * @see Prokhorenkova et al., "CatBoost: unbiased boosting with categorical features" (2018)
 */
export function fitCatboost(data: CatboostData, options: CatboostOptions): BoostingModel {
  const settings = checkedSettings(options, data.x);
  const train = checkedData('x', data, settings);
  const objective = objectiveOf(settings.loss, settings.classes);
  const start = startOf(train, objective, settings);
  const good = goodRows(settings.loss, train.labels, settings.classes);
  const statistics = statisticsOf(data.x, good);
  const grown = boost({ settings, train, objective, start, statistics, targets: good.length });
  const written = writeTrees(grown, objective.outputs, data.x.columns, statistics);
  return {
    kind: 'boosting',
    version: 2,
    family: 'catboost',
    loss: settings.loss,
    columns: data.x.columns,
    outputs: objective.outputs,
    start,
    sums: 'double',
    ...written,
  };
}

interface Training {
  readonly settings: Settings;
  readonly train: CheckedData;
  readonly objective: Objective;
  readonly start: Float64Array;
  readonly statistics: Statistics;
  /** Target classes of the statistics. */
  readonly targets: number;
}

/** CatBoost keeps the mean as a float32. */
function startOf({ labels, weights }: CheckedData, { outputs }: Objective, settings: Settings): Float64Array {
  const start = new Float64Array(outputs);
  if (!settings.fromAverage) return start;
  const sum = labels.reduce((total, label, row) => total + weights[row] * label, 0);
  start[0] = Math.fround(sum / (meanWeight(weights, labels.length) * labels.length));
  return start;
}

function boost(training: Training): ObliviousTree[] {
  const { settings, train, objective, start, statistics } = training;
  const random = seededRandom(settings.seed);
  const { candidates, counted } = splitColumns(train.x, settings);
  const layout = layoutOf(objective.outputs, settings.boosting === 'ordered', settings.leastLeafRows > 1);
  const search = {
    columns: candidates,
    layout,
    settings,
    pool: histogramPool(candidates, settings.depth, layout),
  };
  const offers =
    counted.length > 0 ? statisticCandidates(counted, training.targets, statistics, settings) : undefined;
  const folds = drawFolds(train, start, settings, offers !== undefined, random);
  const watch = settings.validation && validationWatch(settings.validation, training);
  const grown: ObliviousTree[] = [];
  for (let round = 1; round <= settings.rounds; round++) {
    const fold = folds.learning[integerBelow(random, folds.learning.length)];
    const more = (choices: readonly Choice<Source>[]) => offers?.offered(choices, fold.order) ?? [];
    const choices = seekStructure({ ...search, more }, training, fold, grown, random);
    markUsed(choices, offers);
    grown.push(settle(choices, folds, training));
    settings.onRound?.(round);
    if (watch?.isOver(grown[round - 1])) break;
  }
  return watch ? grown.slice(0, watch.bestRound()) : grown;
}

function seekStructure(
  search: Search<Source>,
  { settings, objective, train }: Training,
  fold: Fold,
  grown: readonly ObliviousTree[],
  random: Random,
): Choice<Source>[] {
  const slopes = fold.segments.map((segment) => slopesOf(segment, objective));
  const lastLeaves = grown[grown.length - 1]?.values ?? new Float64Array(0);
  const whole = fold.segments.length - 1;
  const sample = drawSample(
    settings,
    fold.segments[whole],
    slopes[whole],
    objective.outputs,
    lastLeaves,
    random,
  );
  const segments = scoreSegments(fold.segments, slopes, sample, search.layout, settings);
  const { rows } = train.x;
  // The noise fades as the model grows, sooner the fewer rows there are.
  const left = Math.exp(Math.log(rows) - grown.length * settings.rate);
  const deviation =
    settings.noise * slopeDeviation(fold.segments, slopes, objective.outputs) * (left / (1 + left));
  return growStructure(search, segments, rows, deviation, random);
}

function markUsed(choices: readonly Choice<Source>[], offers: StatisticCandidates | undefined): void {
  for (const { candidate } of choices) {
    if (candidate.source.kind === 'statistic') offers?.markUsed(candidate.source.spec);
  }
}

/** Moves the margins of every fold along the new tree, and values its leaves from all rows. */
function settle(
  choices: readonly Choice<Source>[],
  { learning, final }: { readonly learning: readonly Fold[]; readonly final: Fold },
  training: Training,
): ObliviousTree {
  const leaves = 1 << choices.length;
  for (const fold of learning) {
    if (fold === final) continue;
    const leafOf = leavesOf(choices, fold, training);
    for (const segment of fold.segments) moveSegment(segment, leafOf, leaves, training);
  }
  const [whole] = final.segments;
  const leafOf = leavesOf(choices, final, training);
  const weights = new Float64Array(leaves);
  leafOf.forEach((leaf, row) => (weights[leaf] += training.train.weights[row]));
  return { choices, values: moveSegment(whole, leafOf, leaves, training), weights };
}

/** The leaf of each row, with the statistics it has in the order of the fold. */
function leavesOf(
  choices: readonly Choice<Source>[],
  fold: Fold,
  { statistics, train }: Training,
): Uint16Array {
  const leafOf = new Uint16Array(train.x.rows);
  choices.forEach(({ candidate, bin }, level) => {
    const { source, isEqual } = candidate;
    const bins = source.kind === 'statistic' ? statistics.binsOf(source.spec, fold.order) : candidate.bins;
    passRows(leafOf, { bins, isEqual }, bin, level);
  });
  return leafOf;
}

/** Values leaves from the segment's body and moves body and tail. @returns the values, times the rate */
function moveSegment(
  segment: Segment,
  leafOfRow: Uint16Array,
  leaves: number,
  { objective, settings }: Training,
): Float64Array {
  const leafOf = new Uint16Array(segment.rows.length);
  for (let i = 0; i < leafOf.length; i++) leafOf[i] = leafOfRow[segment.rows[i]];
  const values = leafValues(objective, segment, leafOf, leaves, segment.body, settings);
  for (let i = 0; i < values.length; i++) values[i] *= settings.rate;
  addLeaves(segment.margins, values, 1, leafOf, objective.outputs);
  return values;
}
