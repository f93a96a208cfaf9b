import { fitStack } from '#lib/ml/ensemble/index.ts';
import { probabilitiesOf } from '#lib/ml/ensemble/model.ts';
import { fitBoosting, fitExtraTrees, fitForest, predictProbability } from '#lib/ml/trees/index.ts';
import { fitCatboost } from '#lib/ml/trees/catboost/index.ts';
import {
  crossValidate,
  extraTreesLearner,
  forestLearner,
  type Judgement,
  type Learner,
  oneHot,
  readDropout,
  readPerformance,
  readXapi,
  type StudentTable,
  studentTablesFolder,
} from './support/student-tables.ts';

// Accuracy, macro-F1 and AUC of our learners on three public tables of students, stratified ten folds, beside the published
// figures; mean and spread where there are several shuffles. Nothing is tuned on a row that is judged.
// `node bench/student-tables.ts [xapi|dropout|mathematics|all] [shuffles]`

const [only = 'all', shuffles = '1'] = process.argv.slice(2);
const folder = studentTablesFolder();

function boostingLearner(classes: number): Learner {
  const loss = classes === 2 ? 'logistic' : 'softmax';
  return (train, seed) => {
    const options = {
      seed,
      loss,
      classes,
      rounds: 100,
      rate: 0.08,
      depth: 4,
      columnShare: 0.6,
      rowShare: 0.8,
    } as const;
    const model = fitBoosting(train, options);
    return { answer: (x) => bothClasses(predictProbability(model, x), classes) };
  };
}

function catboostLearner({ classes, categorical }: StudentTable): Learner {
  const loss = classes.length === 2 ? 'logistic' : 'softmax';
  return (train, seed) => {
    const model = fitCatboost(train, {
      seed,
      loss,
      classes: classes.length,
      rounds: 200,
      rate: 0.08,
      categorical,
    });
    return { answer: (x) => bothClasses(predictProbability(model, x), classes.length) };
  };
}

/** A forest, extra trees and boosting, weighed by their answers out of fold. */
function stackLearner(classes: number): Learner {
  const loss = classes === 2 ? 'logistic' : 'softmax';
  return (train, seed) => {
    const { stack } = fitStack(
      { ...train, groups: Uint32Array.from(train.labels.keys()) },
      [
        { name: 'forest', fit: (data, s) => fitForest(data, { seed: s, classes, trees: 200 }).model },
        {
          name: 'extra trees',
          fit: (data, s) => fitExtraTrees(data, { seed: s, classes, trees: 200 }).model,
        },
        {
          name: 'boosting',
          fit: (data, s) =>
            fitBoosting(data, {
              seed: s,
              loss,
              classes,
              rounds: 80,
              depth: 4,
              columnShare: 0.6,
              rowShare: 0.8,
            }),
        },
      ],
      { seed, outputs: classes === 2 ? 1 : classes },
    );
    return { answer: (x) => bothClasses(probabilitiesOf(stack, x), classes) };
  };
}

/** One answer a row, of label 1, as two. */
function bothClasses(answers: Float64Array, classes: number): Float64Array {
  if (classes > 2) return answers;
  return Float64Array.from({ length: 2 * answers.length }, (_, i) =>
    i % 2 === 1 ? answers[i >> 1] : 1 - answers[i >> 1],
  );
}

function run(title: string, published: string, table: StudentTable): void {
  console.log(`\n${title}\n  published: ${published}`);
  const classes = table.classes.length;
  const learners: readonly (readonly [string, StudentTable, Learner])[] = [
    ['random forest, codes', table, forestLearner(classes, {})],
    ['random forest, one column a category', oneHot(table), forestLearner(classes, {})],
    ['random forest, named for macro-F1', table, forestLearner(classes, { namedFor: 'macro-F1' })],
    ['random forest, balanced', table, forestLearner(classes, { classWeights: 'balanced', minLeaf: 2 })],
    ['extra trees, codes', table, extraTreesLearner(classes)],
    ['extra trees, one column a category', oneHot(table), extraTreesLearner(classes)],
    ['boosting', table, boostingLearner(classes)],
    ['catboost', table, catboostLearner(table)],
    ['stack of forest, extra trees, boosting', table, stackLearner(classes)],
  ];
  for (const [name, input, learner] of learners) {
    // Without categories, one column a category is the table itself.
    if (input !== table && table.categorical.length === 0) continue;
    const start = performance.now();
    const runs = Array.from({ length: Number(shuffles) }, (_, seed) =>
      crossValidate(input, learner, seed + 1),
    );
    const seconds = (performance.now() - start) / 1000;
    const shown = (['accuracy', 'macroF1', 'auc'] as const).map(
      (measure) => `${measure} ${spread(runs, measure)}`,
    );
    console.log(`  ${name.padEnd(40)} ${shown.join('   ')}   ${seconds.toFixed(0)} s`);
  }
}

function spread(runs: readonly Judgement[], measure: keyof Judgement): string {
  const values = runs.map((judged) => judged[measure]);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return mean.toFixed(4);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return `${mean.toFixed(4)} ± ${Math.sqrt(variance).toFixed(4)}`;
}

const tables = {
  xapi: (at: string) =>
    run('xAPI-Edu, 480 learners', 'random forest accuracy .801, macro-F1 .807, AUC .931', readXapi(at)),
  dropout: (at: string) =>
    run(
      'UCI 697, 4,424 students, all columns',
      'random forest .778, .698, .890; boosting .782, .715, .893',
      readDropout(at),
    ),
  mathematics: (at: string) => {
    run('UCI mathematics, no earlier grade', 'AUC .67 to .68', readPerformance(at, 'mat', []));
    run('UCI mathematics, first grade known', 'AUC .92', readPerformance(at, 'mat', ['G1']));
  },
} as const;

if (!folder) console.log('skipped, no data: set MERITO_SHARED_DATA to the folder that holds student-tables/');
else for (const [name, work] of Object.entries(tables)) if (only === 'all' || only === name) work(folder);
