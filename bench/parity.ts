import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { takeRows } from '#lib/ml/ensemble/index.ts';
import { auc, logLoss, macroAuc, multiclassLogLoss } from '#lib/ml/evaluate/index.ts';
import { type Exam, findOriginals, libraries, type Original } from './support/originals.ts';
import { type Contest, contests, ourAnswers } from './support/parity-contests.ts';
import { type ParityTable, parityTables, type Split } from './support/parity-tables.ts';

// Our tree algorithms beside the libraries they follow: the same rows, the same hyperparameters, AUC and log loss on rows
// that neither saw. A difference is ours less theirs, mean over splits and seeds, ± its standard error over splits.
// `node bench/parity.ts [--shuffles 2] [--seeds 2] [--contest 'WORD|WORD'] [--table 'WORD|WORD']`; MERITO_PYTHON
// names a Python that has the libraries, PYTHONPATH where else to look for them.

// How much worse than the original still counts as as good.
const tolerated = 0.003;

const { values: told } = parseArgs({
  options: {
    shuffles: { type: 'string', default: '2' },
    seeds: { type: 'string', default: '2' },
    contest: { type: 'string', default: '' },
    table: { type: 'string', default: '' },
  },
});

interface Measures {
  readonly auc: number;
  readonly loss: number;
}

interface Pair {
  readonly ours: Measures;
  readonly theirs: Measures;
}

function measure(answers: Float64Array, labels: Uint8Array, classes: number): Measures {
  if (classes === 2) return { auc: auc(answers, labels), loss: logLoss(answers, labels) };
  return { auc: macroAuc(answers, labels, classes), loss: multiclassLogLoss(answers, labels, classes) };
}

/** What both reach on one split, means over seeds. */
async function compare(
  contest: Contest,
  original: Original,
  table: ParityTable,
  split: Split,
): Promise<Pair> {
  const { x, labels, classes, categories } = table;
  const truth = Uint8Array.from(split.test, (row) => labels[row]);
  const exam: Exam = {
    ...{ train: takeRows(x, split.train), labels: Uint8Array.from(split.train, (row) => labels[row]) },
    ...{ fresh: takeRows(x, split.test), classes, categories },
  };
  const ours: Measures[] = [];
  const theirs: Measures[] = [];
  for (let seed = 1; seed <= (contest.isRandom ? Number(told.seeds) : 1); seed++) {
    ours.push(measure(ourAnswers(contest, exam, seed), truth, classes));
    theirs.push(measure(await original.answer(contest.theirs(seed), exam), truth, classes));
  }
  return { ours: meanMeasures(ours), theirs: meanMeasures(theirs) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanMeasures(all: readonly Measures[]): Measures {
  return { auc: mean(all.map((one) => one.auc)), loss: mean(all.map((one) => one.loss)) };
}

interface Difference {
  readonly ours: number;
  readonly theirs: number;
  readonly mean: number;
  readonly error: number;
}

function differenceOf(pairs: readonly Pair[], name: keyof Measures): Difference {
  const differences = pairs.map(({ ours, theirs }) => ours[name] - theirs[name]);
  const middle = mean(differences);
  const squares = differences.reduce((sum, difference) => sum + (difference - middle) ** 2, 0);
  return {
    ours: mean(pairs.map(({ ours }) => ours[name])),
    theirs: mean(pairs.map(({ theirs }) => theirs[name])),
    mean: middle,
    error: Math.sqrt(squares / (pairs.length - 1) / pairs.length),
  };
}

function shown({ ours, theirs, mean, error }: Difference): string {
  const signed = `${mean < 0 ? '−' : '+'}${Math.abs(mean).toFixed(4)}`;
  return `${ours.toFixed(4)} ${theirs.toFixed(4)}  ${signed} ± ${error.toFixed(4)}`;
}

type Verdict = 'as good' | 'unclear' | 'worse';

/** Beyond what is tolerated counts as worse when chance does not explain it: two standard errors. @param gain of ours, signed */
function verdictOf(gain: number, error: number): Verdict {
  if (gain >= -tolerated) return 'as good';
  return gain + 2 * error < -tolerated ? 'worse' : 'unclear';
}

/** Prints a contest on a table and returns the poorer of the verdicts on AUC and log loss. */
async function runOn(contest: Contest, original: Original, table: ParityTable): Promise<Verdict> {
  const pairs: Pair[] = [];
  for (const split of table.splits) pairs.push(await compare(contest, original, table, split));
  const [area, loss] = [differenceOf(pairs, 'auc'), differenceOf(pairs, 'loss')];
  const verdicts = [verdictOf(area.mean, area.error), verdictOf(-loss.mean, loss.error)];
  const verdict = (['worse', 'unclear'] as const).find((poor) => verdicts.includes(poor)) ?? 'as good';
  const comment = contest.isForInformation ? '' : verdict;
  console.log(`  ${table.name.padEnd(26)} ${shown(area)}    ${shown(loss)}   ${comment}`);
  return verdict;
}

async function run(folder: string): Promise<void> {
  const { found, close } = await findOriginals(folder);
  for (const library of libraries)
    console.log(`${library}: ${found.get(library)?.version ?? 'skipped, no Python here can import it'}`);
  console.log('catboost: not run here; ours stands beside XGBoost, for information');
  const tables = parityTables(Number(told.shuffles)).filter(({ name }) => isWanted(name, told.table));
  const named: Record<Verdict, string[]> = { 'as good': [], unclear: [], worse: [] };
  for (const contest of contests.filter(({ name }) => isWanted(name, told.contest))) {
    const original = found.get(contest.theirs(1).library);
    if (!original) continue;
    console.log(
      `\n${contest.name}\n  ${''.padEnd(26)} AUC: ours, theirs, difference       log loss: ours, theirs, difference`,
    );
    for (const table of tables) {
      const verdict = await runOn(contest, original, table);
      if (!contest.isForInformation) named[verdict].push(`${contest.name} on ${table.name}`);
    }
  }
  close();
  console.log(`\nwithin ${tolerated} of the original, or better: ${named['as good'].length}`);
  console.log(`beyond, by less than two standard errors: ${named.unclear.join('; ') || 'none'}`);
  console.log(`beyond, by more: ${named.worse.join('; ') || 'none'}`);
}

function isWanted(name: string, words: string): boolean {
  return words.split('|').some((word) => name.includes(word));
}

const folder = mkdtempSync(join(tmpdir(), 'parity-'));
try {
  await run(folder);
} finally {
  rmSync(folder, { recursive: true });
}
