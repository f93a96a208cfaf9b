import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { foldsByGroup } from '#lib/ml/ensemble/index.ts';
import { auc, foldsOf, type Interval } from '#lib/ml/evaluate/index.ts';
import {
  fitBilstm,
  fitTransformer,
  predictSequences,
  type SequenceExamples,
  type SequenceFamily,
  takeSequences,
} from '#lib/ml/sequence/index.ts';
import { standardise } from '#lib/ml/sequence/model.ts';
import { standardised } from '#lib/ml/sequence/sequences.ts';
import type { Dataset, Part } from '#lib/server/training/dataset.ts';
import { learn } from '#lib/server/training/learn.ts';
import { atRiskMethod } from '#lib/server/training/tasks/at-risk-fit.ts';
import { weekCounts } from '#lib/server/training/tasks/at-risk-weeks.ts';
import { atRiskDataset } from './support/at-risk-dataset.ts';
import { measure, type Python, startPython } from './support/measure.ts';
import { ouladFolder, readPresentations } from './support/oulad.ts';
import { ouladSequences, simulatedSequences } from './support/weekly-sequences.ts';

// The sequence networks of at-risk beside PyTorch: the same rows, standardised alike, in the same sizes and with the same
// recipe. Each seed deals the learners anew; AUC of being at risk and the share of next week's variance (log scale) that is
// foretold, on learners that neither saw. Last, whether the networks earn a place in the stack of at-risk on these data.
// `node bench/sequences.ts [--seeds 5] [--data oulad|simulator|stack]`

const { values: told } = parseArgs({
  options: { seeds: { type: 'string', default: '5' }, data: { type: 'string', default: '' } },
});
const recipe = {
  batch: 64,
  rate: 0.004,
  epochs: 30,
  patience: 4,
  dropout: 0.2,
  activityWeight: 0.3,
} as const;
const sizes = {
  bilstm: { units: 24 },
  transformer: { width: 32, heads: 4, hidden: 64, blocks: 1 },
} as const;
const heldOut = 6;

interface Result {
  readonly auc: number;
  readonly foretold: number;
  readonly secondsAnEpoch: number;
}

interface Deal {
  readonly seed: number;
  readonly learn: SequenceExamples;
  readonly judge: SequenceExamples;
}

/** Three fifths of the learners to learn from, the others to judge by. */
function dealOf(examples: SequenceExamples, seed: number): Deal {
  const foldOf = foldsByGroup(examples.learners, examples.labels, 5, seed);
  const part = (isWanted: (fold: number) => boolean) =>
    rowsOf(
      examples,
      [...foldOf.keys()].filter((row) => isWanted(foldOf[row])),
    );
  return { seed, learn: part((fold) => fold < 3), judge: part((fold) => fold >= 3) };
}

function rowsOf(examples: SequenceExamples, rows: readonly number[]): SequenceExamples {
  const of = (list: ArrayLike<number> = []) => Float64Array.from(rows, (row) => list[row]);
  return {
    ...takeSequences(examples, rows),
    labels: of(examples.labels),
    nextWeek: of(examples.nextWeek),
    learners: of(examples.learners),
  };
}

function resultOf(
  { judge }: Deal,
  margins: Float64Array,
  logs: Float64Array,
  secondsAnEpoch: number,
): Result {
  const truth = Float64Array.from(judge.nextWeek ?? [], Math.log1p);
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const squares = (answer: (row: number) => number) =>
    truth.reduce((sum, value, row) => sum + (value - answer(row)) ** 2, 0);
  return {
    auc: auc(margins, judge.labels),
    foretold: 1 - squares((row) => logs[row]) / squares(() => mean),
    secondsAnEpoch,
  };
}

function learnOurs(family: SequenceFamily, deal: Deal) {
  const { learn, seed } = deal;
  const options = { ...recipe, heldOut, seed, counts: weekCounts };
  let epochs = 0;
  const onEpoch = () => void epochs++;
  const fit = () =>
    family === 'bilstm'
      ? fitBilstm(learn, { ...options, ...sizes.bilstm, onEpoch })
      : fitTransformer(learn, { ...options, ...sizes.transformer, onEpoch });
  let model = null as ReturnType<typeof fit> | null;
  const { cpu } = measure(() => (model = fit()));
  if (!model) throw new Error('fit: expected a model, got none');
  const { margins, nextWeek } = predictSequences(model, deal.judge);
  const logs = Float64Array.from(nextWeek ?? [], Math.log1p);
  return { model, result: resultOf(deal, margins, logs, cpu / epochs) };
}

/** The same rows to PyTorch, as the model of ours standardised them. */
async function learnTheirs(
  python: Python,
  family: SequenceFamily,
  deal: Deal,
  { scales, activity }: ReturnType<typeof fitBilstm>,
  folder: string,
): Promise<Result> {
  const { learn, judge, seed } = deal;
  if (!activity) throw new Error('activity: expected a scale, got none');
  const [fold] = foldsOf(learn.lengths.length, { folds: heldOut, groups: learn.learners });
  const parts = new Uint8Array(learn.lengths.length + judge.lengths.length).fill(2);
  for (const row of fold.fit) parts[row] = 0;
  for (const row of fold.judge) parts[row] = 1;
  const targets = [learn, judge].flatMap(({ labels, nextWeek = [] }) =>
    Array.from(labels, (label, row) => [label, standardise(nextWeek[row], activity)]).flat(),
  );
  const files = {
    inputs: joined([learn, judge].map((part) => standardised(part, scales))),
    lengths: Int32Array.from([...learn.lengths, ...judge.lengths]),
    targets: Float32Array.from(targets),
    parts,
  };
  const paths = Object.entries(files).map(([name, content]) => {
    writeFileSync(join(folder, name), content);
    return [name, join(folder, name)] as const;
  });
  const answersPath = join(folder, 'answers');
  const { weeks, channels } = learn;
  const job = { ...Object.fromEntries(paths), ...recipe, ...sizes[family], family, seed, weeks, channels };
  const [seconds, epochs] = await python.ask(JSON.stringify({ ...job, answers: answersPath }));
  const answers = new Float32Array(new Uint8Array(readFileSync(answersPath)).buffer);
  const column = (of: number) => Float64Array.from(judge.lengths, (_, row) => answers[2 * row + of]);
  const logs = column(1).map((scaled) => scaled * activity.deviation + activity.mean);
  return resultOf(deal, column(0), logs, seconds / epochs);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const spreadOf = (values: readonly number[]) =>
  Math.sqrt(meanOf(values.map((value) => (value - meanOf(values)) ** 2)));

function print(name: string, results: readonly Result[]): void {
  const cell = (of: keyof Result, digits: number) => {
    const values = results.map((result) => result[of]);
    return `${meanOf(values).toFixed(digits)} ± ${spreadOf(values).toFixed(digits)}`.padStart(18);
  };
  console.log(`${name.padEnd(24)}${cell('auc', 4)}${cell('foretold', 3)}${cell('secondsAnEpoch', 3)}`);
}

async function compare(name: string, examples: SequenceExamples, python: Python | null, folder: string) {
  const { lengths, weeks, channels, learners } = examples;
  console.log(
    `\n${name}: ${lengths.length} rows of ${new Set(Array.from(learners)).size} learners, ${weeks} weeks × ${channels} channels`,
  );
  console.log(
    `${''.padEnd(24)}${'AUC'.padStart(18)}${'week foretold'.padStart(18)}${'CPU s an epoch'.padStart(18)}`,
  );
  for (const family of ['bilstm', 'transformer'] as const) {
    const [ours, theirs]: [Result[], Result[]] = [[], []];
    for (let seed = 1; seed <= Number(told.seeds); seed++) {
      const deal = dealOf(examples, seed);
      const { model, result } = learnOurs(family, deal);
      ours.push(result);
      if (python) theirs.push(await learnTheirs(python, family, deal, model, folder));
    }
    print(`${family}, ours`, ours);
    if (theirs.length > 0) print(`${family}, PyTorch`, theirs);
    const difference = ours.map((result, i) => result.auc - (theirs[i]?.auc ?? NaN));
    if (theirs.length > 0)
      console.log(
        `${''.padEnd(24)}ours less theirs: ${meanOf(difference).toFixed(4)} ± ${spreadOf(difference).toFixed(4)}`,
      );
  }
}

/** The stack of at-risk as training makes it: which networks enter, by the calibration part, and what the test part says. */
async function tryInStack(name: string, dataset: Dataset): Promise<void> {
  const { networks, judgement, members } = await learn(
    { dataset, method: atRiskMethod, seed: 1 },
    () => undefined,
  );
  const rows = Object.values(dataset.parts).map(({ labels }) => labels.length);
  console.log(
    `\n${name}: ${rows.join(', ')} rows to train, calibrate and test; AUC of the stack ${shown(judgement.metrics.auc, 4)}`,
  );
  for (const { name: member, metrics } of members) console.log(`  ${member}: AUC ${shown(metrics.auc, 4)}`);
  for (const { name: network, verdict, auc: alone, difference, onTest } of networks) {
    const changes =
      difference && onTest
        ? `; log loss ${shown(difference, 5)} on calibration, ${shown(onTest, 5)} on test`
        : '';
    console.log(`  ${network}: ${verdict}; alone AUC ${shown(alone, 4)}${changes}`);
  }
}

function shown({ value, low, high }: Interval, digits: number): string {
  return `${value.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

async function tryAllInStack(folder: string): Promise<void> {
  const [bbb, aaa2013, aaa2014] = readPresentations(folder, [
    ['BBB', '2013B'],
    ['AAA', '2013J'],
    ['AAA', '2014J'],
  ]);
  const byFifth = (learner: number): Part =>
    (['train', 'calibrate', 'train', 'test', 'train'] as const)[learner % 5];
  await tryInStack(
    'OULAD, BBB 2013B, by learner',
    atRiskDataset([bbb], (_, learner) => byFifth(learner)),
  );
  const byYear = atRiskDataset([aaa2013, aaa2014], (year, learner) => {
    if (year === 1) return 'test';
    return learner % 3 === 0 ? 'calibrate' : 'train';
  });
  await tryInStack('OULAD, AAA 2013J to 2014J', byYear);
}

const python = await startPython(readFileSync(join(import.meta.dirname, 'support/sequences.py'), 'utf8'));
console.log(
  python ? `PyTorch ${python.greeting}` : 'PyTorch: skipped, no python3-torch: set PYTHON to one that has it',
);
const folder = mkdtempSync(join(tmpdir(), 'merito-sequences-'));
const oulad = ouladFolder();
if (told.data === '' || told.data === 'oulad') {
  if (oulad) await compare('OULAD, BBB 2013B', ouladSequences(oulad), python, folder);
  else console.log('OULAD: skipped, no data: set MERITO_SHARED_DATA to the folder that holds oulad/');
}
if (told.data === '' || told.data === 'simulator')
  await compare('simulated school', simulatedSequences(), python, folder);
if (oulad && (told.data === '' || told.data === 'stack')) await tryAllInStack(oulad);
python?.close();
rmSync(folder, { recursive: true });
