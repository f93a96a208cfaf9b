import {
  assembleStack,
  type Member,
  type Model,
  planStack,
  probabilitiesOf,
  rowsOfJob,
  type StackOptions,
} from '#lib/ml/ensemble/index.ts';
import type { ConformalSets, CoverageReport } from '#lib/ml/evaluate/index.ts';
import { summariseTraining, type TrainingSummary } from '#lib/ml/explain/index.ts';
import { fitBoosting, predictProbability } from '#lib/ml/trees/index.ts';
import type { CardFairness } from '#lib/server/models/card.ts';
import { answersOf, calibrateAnswers, type TaskCalibration } from '#lib/server/models/task-model.ts';
import { type Candidate, chooseModel } from './choose.ts';
import { fitConfidence, fitTaskCalibration, judgeSets } from './confidence.ts';
import { type Baseline, type Dataset, inputsOf, type PartRows, pickColumns, viewFor } from './dataset.ts';
import { fairnessCards, type Flag, type ProtectedGroups } from './fairness.ts';
import { directed, fitInTurn, type FitJobs } from './fit-member.ts';
import { admitNetworks, type NetworkTrial } from './networks.ts';
import { type Judgement, judge, type Metrics } from './judge.ts';
import { type Pictures, drawPictures } from './pictures.ts';
import type { Method, StackMethod } from './task.ts';

export interface Assignment {
  readonly dataset: Dataset;
  readonly method: Method;
  readonly seed: number;
  /** For the fairness report; without it there is none. Nothing of it is learnt from. */
  readonly fairness?: { readonly groups: ProtectedGroups; readonly flag: Flag };
}

// Intervals of members and baselines are read beside the model's, not acted upon: fewer redraws will do.
const memberDraws = 80;

/** Why the model that serves does: it alone was there, the stack was best, or one of its members was. */
export type ServedBecause = 'only' | 'stack best' | 'member best';

/** What comes back from the worker: the model, and how it did on the rows it never saw. */
export interface Learned {
  readonly model: Model;
  /** What each column of the model's input is. */
  readonly columns: readonly string[];
  readonly calibration: TaskCalibration;
  readonly sets: ConformalSets;
  readonly summary: TrainingSummary;
  readonly served: { readonly name: string; readonly because: ServedBecause };
  /** The stack's members, judged alone on the test part; empty for a method of one model. */
  readonly members: readonly {
    readonly name: string;
    readonly weight: number | null;
    readonly metrics: Metrics;
  }[];
  /** Networks that were tried in the stack, in their order. */
  readonly networks: readonly NetworkTrial[];
  /** On the test part. */
  readonly judgement: Judgement;
  readonly coverage: CoverageReport;
  readonly baselines: readonly { readonly name: string; readonly judgement: Judgement }[];
  readonly pictures: Pictures;
  readonly fairness: readonly CardFairness[];
}

/**
 * Fits on the train part, chooses and calibrates on the next, judges model, members and baselines on the last.
 * Pure: same input, same bytes, however many threads fit the members.
 */
export async function learn(
  { dataset, method, seed, fairness }: Assignment,
  onProgress: (share: number) => void,
  fitJobs: FitJobs = fitInTurn,
): Promise<Learned> {
  const { calibrate, test } = dataset.parts;
  const { candidates, networks } = await fitCandidates(dataset, method, seed, fitJobs, (share) =>
    onProgress(0.7 * share),
  );
  const { chosen } = chooseModel(candidates, calibrate, dataset.classes);
  const { model } = chosen;
  const { calibration, sets } = fitConfidence(model, calibrate, dataset.classes);
  onProgress(0.8);
  const view = viewFor(dataset, model.columns);
  const answers = answersOf({ model, calibration }, view.parts.test.x);
  const judgement = judge(answers, test, dataset.classes, seed);
  const members = candidates.slice(1).map((member) => judgeMember(member, candidates[0], dataset, seed));
  const baselines = dataset.baselines.map((baseline) => ({
    name: baseline.name,
    judgement: judge(baselineAnswers(baseline, dataset, seed), test, dataset.classes, seed, memberDraws),
  }));
  onProgress(0.9);
  const pictures = drawPictures({ model, calibration }, view, seed);
  onProgress(1);
  return {
    model,
    columns: view.columns,
    calibration,
    sets,
    summary: summariseTraining(view.parts.train.x),
    served: { name: chosen.name, because: becauseOf(chosen, candidates) },
    members,
    networks,
    judgement,
    coverage: judgeSets(sets, answers, test),
    baselines,
    pictures,
    fairness: fairness
      ? fairnessCards({ model, calibration }, fairness.groups, { dataset, flag: fairness.flag, seed })
      : [],
  };
}

function becauseOf(chosen: Candidate, candidates: readonly Candidate[]): ServedBecause {
  if (candidates.length === 1) return 'only';
  return chosen === candidates[0] ? 'stack best' : 'member best';
}

interface Fitted {
  readonly candidates: readonly Candidate[];
  readonly networks: readonly NetworkTrial[];
}

/** The stack first, so that it wins over a member that is as good; then each member alone. */
async function fitCandidates(
  dataset: Dataset,
  method: Method,
  seed: number,
  fitJobs: FitJobs,
  onProgress: (share: number) => void,
): Promise<Fitted> {
  if (method.kind === 'imported')
    return { candidates: [{ name: method.kind, model: method.model }], networks: [] };
  const { train } = dataset.parts;
  if (method.kind === 'boosting' || method.kind === 'catboost') {
    const job = { method: directed(method, dataset.directions), rows: allRows(train) };
    const [model] = await fitJobs(train, [job], seed, onProgress);
    return { candidates: [{ name: method.kind, model: treesOf(model) }], networks: [] };
  }
  const stack: StackMethod =
    method.kind === 'stack' ? method : { kind: 'stack', members: [{ name: method.kind, method }], folds: 3 };
  return fitStackOf(dataset, stack, seed, fitJobs, onProgress);
}

async function fitStackOf(
  dataset: Dataset,
  method: StackMethod,
  seed: number,
  fitJobs: FitJobs,
  onProgress: (share: number) => void,
): Promise<Fitted> {
  const { train } = dataset.parts;
  const { members, folds } = method;
  const names = members.map(({ name }) => name);
  const options: StackOptions = { seed, outputs: dataset.classes === 2 ? 1 : dataset.classes, folds };
  const data = { x: train.x, labels: train.labels, groups: train.learners };
  const plan = planStack(data, members.length, options);
  const jobs = plan.jobs.map((job) => ({
    method: directed(members[job.member].method, dataset.directions),
    rows: rowsOfJob(plan, job),
  }));
  const models = await fitJobs(train, jobs, seed, onProgress);
  const fitted = assembleStack(data, names, plan, models, options);
  const trees = { fitted, data, plan, names, models, options };
  const { stack, trials } = await admitNetworks(dataset, method, trees, seed, fitJobs);
  const alone = fitted.singles.map((model, m) => ({ name: names[m], model }));
  const candidates =
    alone.length === 1 && trials.length === 0 ? alone : [{ name: 'stack', model: stack }, ...alone];
  return { candidates, networks: trials };
}

/** A single method is always one of trees: networks only ever join a stack. */
function treesOf(model: Member): Model {
  if (model.kind !== 'network-member') return model;
  throw new TypeError('model: expected trees, got a network');
}

function allRows({ labels }: PartRows): Uint32Array {
  return Uint32Array.from(labels.keys());
}

/** A member by itself, calibrated as if it served. */
function judgeMember(member: Candidate, stack: Candidate, dataset: Dataset, seed: number) {
  const { calibrate, test } = dataset.parts;
  const { model, name } = member;
  const answersAt = (part: PartRows) => probabilitiesOf(model, inputsOf(part, model.columns));
  const calibration = fitTaskCalibration(answersAt(calibrate), calibrate, dataset.classes);
  const answers = calibrateAnswers(calibration, answersAt(test), model.outputs);
  const { metrics } = judge(answers, test, dataset.classes, seed, memberDraws);
  return { name, weight: weightIn(stack.model, name), metrics };
}

function weightIn(stack: Model, name: string): number | null {
  return stack.kind === 'stack' ? stack.weights[stack.names.indexOf(name)] : null;
}

/** A small model of the baseline's columns alone, fitted on the same rows; the share of each class for no column. */
function baselineAnswers({ columns }: Baseline, dataset: Dataset, seed: number): Float64Array {
  const { train, test } = dataset.parts;
  if (columns.length === 0) return baseRate(train, test, dataset.classes);
  const chosen = columns.map((name) => dataset.columns.indexOf(name));
  const model = fitBoosting(
    { x: pickColumns(train.x, chosen), labels: train.labels },
    {
      seed,
      loss: dataset.classes === 2 ? 'logistic' : 'softmax',
      classes: dataset.classes,
      rounds: 60,
      rate: 0.1,
      depth: 2,
      minChildWeight: 10,
      maxBins: 64,
    },
  );
  return predictProbability(model, pickColumns(test.x, chosen));
}

/** The share of each class in training, for every test row. */
export function baseRate(train: PartRows, test: PartRows, classes: number): Float64Array {
  // One row more for each class, so that none is impossible.
  const share = (c: number) =>
    (train.labels.filter((label) => label === c).length + 1) / (train.labels.length + classes);
  if (classes === 2) return new Float64Array(test.labels.length).fill(share(1));
  const shares = Array.from({ length: classes }, (_, c) => share(c));
  return Float64Array.from({ length: test.labels.length * classes }, (_, i) => shares[i % classes]);
}
