import {
  assembleStack,
  fitLinearMeta,
  type FittedStack,
  marginsOf,
  type Member,
  memberMargins,
  planStack,
  rowsOfJob,
  type StackData,
  type StackModel,
  type StackOptions,
  type StackPlan,
  withMoreColumns,
} from '#lib/ml/ensemble/index.ts';
import { aucOnRows, bootstrapInterval, foldsOf, type Interval } from '#lib/ml/evaluate/index.ts';
import { calibratedAnswers } from './confidence.ts';
import { type Dataset, inputsOf, type PartRows, type WeekFrame } from './dataset.ts';
import type { FitJobs, MemberJob, NetworkFit } from './fit-member.ts';
import { compareLosses } from './judge.ts';
import type { SequenceMethod, StackMethod } from './task.ts';

/** How a network fared on its way into the stack. Differences are mean log losses, with it less without it. */
export interface NetworkTrial {
  readonly name: string;
  readonly verdict: NetworkVerdict;
  /** On the calibration part, which decided; null when it was not tried in the stack. */
  readonly difference: Interval | null;
  /** On the test part, which had no say; null as above. */
  readonly onTest: Interval | null;
  /** Alone, on the test part. */
  readonly auc: Interval;
}

/** `no help`: even mixed in with the best weight it left the log loss as it was, so no stack was fitted with it. */
export type NetworkVerdict = 'entered' | 'not surely better' | 'no help';

/** The stack as it was fitted without networks, and what it was fitted from. */
export interface TreeStack {
  readonly fitted: FittedStack;
  readonly data: StackData;
  readonly plan: StackPlan;
  readonly names: readonly string[];
  readonly models: readonly Member[];
  readonly options: StackOptions;
}

export interface Admission {
  readonly stack: StackModel;
  readonly trials: readonly NetworkTrial[];
}

const testDraws = 80;

/**
 * Tries each network in the stack. It stays only where the calibrated stack surely answers better with it than without, on
 * the calibration part: the whole 95 % interval of the difference in log loss, learners drawn whole, below 0. The test part is
 * read for the record alone. They are tried in their order, each beside those that entered before it.
 */
export async function admitNetworks(
  dataset: Dataset,
  { networks = [] }: StackMethod,
  trees: TreeStack,
  seed: number,
  fitJobs: FitJobs,
): Promise<Admission> {
  const { weeks } = dataset;
  if (!weeks || networks.length === 0) return { stack: trees.fitted.stack, trials: [] };
  const fits = networks.map(({ name, method }) => ({ name, fit: networkFit(dataset, weeks, method) }));
  const alone = await fitAlone(dataset, fits, seed, fitJobs);
  let stack = trees.fitted.stack;
  let inside: Entrant[] = [];
  const trials: NetworkTrial[] = [];
  for (const [n, { name, fit }] of fits.entries()) {
    const own = { name, auc: aucOf(dataset, alone[n], seed) };
    if (!mixingHelps(dataset, stack, alone[n])) {
      trials.push({ ...own, verdict: 'no help', difference: null, onTest: null });
      continue;
    }
    const folds = await fitFolds(dataset, trees, fit, seed, fitJobs);
    const entrant = { name, models: [alone[n], ...folds] };
    const joined = stackWith(dataset, trees, [...inside, entrant]);
    const [difference, onTest] = (['calibrate', 'test'] as const).map((part) =>
      differenceOf(dataset, part, joined, stack, seed),
    );
    const enters = difference.high < 0;
    trials.push({ ...own, verdict: enters ? 'entered' : 'not surely better', difference, onTest });
    if (!enters) continue;
    stack = joined;
    inside = [...inside, entrant];
  }
  return { stack, trials };
}

/** A network with one model for all rows and one for the rows outside each fold. */
interface Entrant {
  readonly name: string;
  readonly models: readonly Member[];
}

function networkFit(dataset: Dataset, { weeks, counts }: WeekFrame, method: SequenceMethod): NetworkFit {
  const layout = { first: dataset.columns.length, weeks, channels: counts.length };
  return { kind: 'network', method, layout, counts };
}

function fitAlone(
  { parts: { train } }: Dataset,
  fits: readonly { readonly fit: NetworkFit }[],
  seed: number,
  fitJobs: FitJobs,
): Promise<readonly Member[]> {
  const rows = Uint32Array.from(train.labels.keys());
  const jobs = fits.map(({ fit }): MemberJob => ({ method: fit, rows }));
  return fitJobs(train, jobs, seed, () => undefined);
}

function fitFolds(
  { parts: { train } }: Dataset,
  { plan, options }: TreeStack,
  fit: NetworkFit,
  seed: number,
  fitJobs: FitJobs,
): Promise<readonly Member[]> {
  const jobs = Array.from({ length: options.folds ?? 5 }, (_, fold) => ({
    method: fit,
    rows: rowsOfJob(plan, { member: 0, fold }),
  }));
  return fitJobs(train, jobs, seed, () => undefined);
}

/**
 * Whether the stack's margins and the network's together foretell the calibration part better than the stack's alone, weighed on
 * half of its learners and judged on the other: cheap to ask, since nothing is fitted in folds for it.
 */
function mixingHelps({ parts: { calibrate } }: Dataset, stack: StackModel, network: Member): boolean {
  const margins = [marginsOf(stack, inputsOf(calibrate, stack.columns)), networkMargins(network, calibrate)];
  let change = 0;
  for (const { fit, judge } of foldsOf(calibrate.labels.length, { folds: 2, groups: calibrate.learners })) {
    const labels = Uint8Array.from(fit, (row) => calibrate.labels[row]);
    const lossWith = (inputs: readonly Float64Array[]) => {
      const own = inputs.map((input) => Float64Array.from(fit, (row) => input[row]));
      const { weights, bias } = fitLinearMeta(own, labels, 1, { lambda: 1 });
      const marginAt = (row: number) =>
        inputs.reduce((sum, input, m) => sum + weights[m] * input[row], bias[0]);
      return judge.reduce((sum, row) => sum + marginLoss(marginAt(row), calibrate.labels[row]), 0);
    };
    change += lossWith(margins) - lossWith(margins.slice(0, 1));
  }
  return change < 0;
}

function marginLoss(margin: number, label: number): number {
  return Math.log1p(Math.exp(label === 1 ? -margin : margin));
}

function networkMargins(network: Member, part: PartRows): Float64Array {
  return memberMargins(network, inputsOf(part, network.columns), 1);
}

function stackWith(
  dataset: Dataset,
  { data, names, models, options }: TreeStack,
  inside: readonly Entrant[],
) {
  const x = inputsOf(dataset.parts.train, inside[0].models[0].columns);
  const wide = models.map((model) =>
    model.kind === 'network-member' ? model : withMoreColumns(model, x.columns),
  );
  const all = [...names, ...inside.map(({ name }) => name)];
  const plan = planStack({ ...data, x }, all.length, options);
  const every = [...wide, ...inside.flatMap((entrant) => entrant.models)];
  return assembleStack({ ...data, x }, all, plan, every, options).stack;
}

/** Mean log loss of the calibrated answers of one stack less that of another, over a part. */
function differenceOf(
  { parts, classes }: Dataset,
  part: 'calibrate' | 'test',
  fresh: StackModel,
  old: StackModel,
  seed: number,
): Interval {
  const [own, others] = [fresh, old].map((stack) => calibratedAnswers(stack, parts[part], classes));
  return compareLosses(own, others, parts[part], classes, seed).difference;
}

function aucOf({ parts: { test } }: Dataset, network: Member, seed: number): Interval {
  const measure = aucOnRows(networkMargins(network, test), test.labels);
  return bootstrapInterval(test.labels.length, measure, { seed, draws: testDraws, groups: test.learners });
}
