import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { foldsByGroup, takeRows } from '#lib/ml/ensemble/index.ts';
import { accuracy, macroAuc, macroF1, mostLikely } from '#lib/ml/evaluate/index.ts';
import { fitExtraTrees, fitForest, type ForestOptions, predictProbability } from '#lib/ml/trees/index.ts';

/** Learners one a row; categories as codes in alphabetical order, which no label has a say in. */
export interface StudentTable {
  readonly x: Matrix;
  readonly columns: readonly string[];
  /** Which columns hold codes of categories. */
  readonly categorical: readonly number[];
  readonly labels: Uint8Array;
  readonly classes: readonly string[];
}

/** Where the data lie, or null: they are not ours to put in the repository. */
export function studentTablesFolder(): string | null {
  const shared = process.env.MERITO_SHARED_DATA ?? join(import.meta.dirname, '../../../shared/data');
  const folder = join(shared, 'student-tables');
  return existsSync(join(folder, 'xAPI-Edu-Data.csv')) ? folder : null;
}

/** xAPI-Edu-Data: 480 learners, marks low, middle or high. */
export function readXapi(folder: string): StudentTable {
  const { names, rows } = readRows(join(folder, 'xAPI-Edu-Data.csv'), ',');
  const level = new Map([...'LMH'].map((letter, c) => [letter, c]));
  return tableOf(names, rows, {
    label: 'Class',
    classes: ['low', 'middle', 'high'],
    classOf: (value) => level.get(value) ?? NaN,
  });
}

/** UCI 697: 4,424 students who dropped out, are still enrolled, or graduated. */
export function readDropout(folder: string): StudentTable {
  const { names, rows } = readRows(join(folder, 'uci-697-dropout.csv'), ';');
  const classes = ['Dropout', 'Enrolled', 'Graduate'];
  return tableOf(names, rows, { label: 'Target', classes, classOf: (value) => classes.indexOf(value) });
}

/**
 * UCI student performance: 395 pupils in mathematics or 649 in Portuguese, final grade of 10 or more of 20.
 * @param grades earlier grades known
 */
export function readPerformance(
  folder: string,
  subject: 'mat' | 'por',
  grades: readonly ('G1' | 'G2')[],
): StudentTable {
  const { names, rows } = readRows(join(folder, `student-${subject}.csv`), ';');
  const known = names.filter((name) => !/^G[12]$/.test(name) || grades.some((grade) => grade === name));
  const kept = known.map((name) => names.indexOf(name));
  return tableOf(
    known,
    rows.map((row) => kept.map((column) => row[column])),
    { label: 'G3', classes: ['fail', 'pass'], classOf: (value) => Number(Number(value) >= 10) },
  );
}

interface Rows {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function readRows(file: string, separator: string): Rows {
  const lines = readFileSync(file, 'utf8').replace('\uFEFF', '').split(/\r?\n/).filter(Boolean);
  const cells = (line: string) => line.split(separator).map((cell) => cell.replaceAll('"', '').trim());
  return { names: cells(lines[0]), rows: lines.slice(1).map(cells) };
}

function tableOf(
  names: readonly string[],
  rows: Rows['rows'],
  about: {
    readonly label: string;
    readonly classes: readonly string[];
    readonly classOf: (value: string) => number;
  },
): StudentTable {
  const labelAt = names.indexOf(about.label);
  const columns = names.filter((_, column) => column !== labelAt);
  const values = new Float64Array(rows.length * columns.length);
  const categorical: number[] = [];
  columns.forEach((name, column) => {
    const cells = rows.map((row) => row[names.indexOf(name)]);
    const isNumber = cells.every((cell) => cell !== '' && Number.isFinite(Number(cell)));
    if (!isNumber) categorical.push(column);
    const codes = new Map([...new Set(cells)].sort().map((cell, code) => [cell, code]));
    cells.forEach((cell, row) => {
      values[row * columns.length + column] = isNumber ? Number(cell) : (codes.get(cell) ?? NaN);
    });
  });
  const labels = Uint8Array.from(rows, (row) => about.classOf(row[labelAt]));
  return {
    x: matrix(rows.length, columns.length, values),
    columns,
    categorical,
    labels,
    classes: about.classes,
  };
}

/** Every category of three kinds or more as a column of its own: 1 where it is met. */
export function oneHot(table: StudentTable): StudentTable {
  const { x, columns, categorical } = table;
  const parts = columns.flatMap((name, column) => {
    const cells = columnOf(x, column);
    const codes = [...new Set(cells)].sort((a, b) => a - b);
    if (!categorical.includes(column) || codes.length < 3) return [{ name, cells }];
    return codes.map((code) => ({
      name: `${name} ${code}`,
      cells: cells.map((cell) => Number(cell === code)),
    }));
  });
  const values = new Float64Array(x.rows * parts.length);
  parts.forEach(({ cells }, column) =>
    cells.forEach((cell, row) => (values[row * parts.length + column] = cell)),
  );
  return {
    ...table,
    x: matrix(x.rows, parts.length, values),
    columns: parts.map(({ name }) => name),
    categorical: [],
  };
}

function columnOf({ rows, columns, values }: Matrix, column: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => values[row * columns + column]);
}

export interface Labelled {
  readonly x: Matrix;
  readonly labels: Uint8Array;
}

/** Learns from the training rows and answers about others: rows × classes. */
export type Learner = (
  train: Labelled,
  seed: number,
) => {
  answer(x: Matrix): Float64Array;
  /** What each class's answer is multiplied by before the greatest is named; all 1 unless told. */
  readonly factors?: readonly number[];
};

export interface Judgement {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly auc: number;
}

/** Stratified folds shuffled by `seed`; every row is judged by a model that never saw it. */
export function crossValidate(table: StudentTable, learner: Learner, seed: number, folds = 10): Judgement {
  const { x, labels } = table;
  const classes = table.classes.length;
  const all = Uint32Array.from(labels.keys());
  const foldOf = foldsByGroup(all, labels, folds, seed);
  const answers = new Float64Array(labels.length * classes);
  const named = new Uint8Array(labels.length);
  for (let fold = 0; fold < folds; fold++) {
    const inside = all.filter((row) => foldOf[row] !== fold);
    const held = all.filter((row) => foldOf[row] === fold);
    const learnt = learner(
      { x: takeRows(x, inside), labels: labels.filter((_, i) => foldOf[i] !== fold) },
      seed,
    );
    const own = learnt.answer(takeRows(x, held));
    const names = mostLikely(weighed(own, learnt.factors), classes);
    held.forEach((row, i) => {
      named[row] = names[i];
      answers.set(own.subarray(i * classes, (i + 1) * classes), row * classes);
    });
  }
  return {
    accuracy: accuracy(named, labels),
    macroF1: macroF1(named, labels, classes),
    auc: macroAuc(answers, labels, classes),
  };
}

function weighed(answers: Float64Array, factors: readonly number[] | undefined): Float64Array {
  return factors ? answers.map((answer, i) => answer * factors[i % factors.length]) : answers;
}

/**
 * The factor of each class by which the named classes have the best macro-F1, from a grid: each of the classes in turn, the
 * others held, until nothing improves. `answers` must come from models that did not see the rows (out of bag, out of fold).
 */
export function factorsForF1(answers: Float64Array, labels: Uint8Array, classes: number): readonly number[] {
  const grid = Array.from({ length: 31 }, (_, k) => 2 ** ((k - 15) / 10));
  const reach = (factors: readonly number[]) =>
    macroF1(mostLikely(weighed(answers, factors), classes), labels, classes);
  let best = new Array<number>(classes).fill(1);
  for (let before = -1; reach(best) > before;) {
    before = reach(best);
    for (let c = 1; c < classes; c++) {
      const tried = grid.map((factor) => best.map((own, k) => (k === c ? factor : own)));
      best = tried.reduce((most, one) => (reach(one) > reach(most) ? one : most), best);
    }
  }
  return best;
}

/** A random forest. Named for macro-F1, its classes are weighed by what its own out-of-bag answers to the training rows say. */
export function forestLearner(
  classes: number,
  { namedFor, ...options }: Partial<ForestOptions> & { readonly namedFor?: 'macro-F1' },
): Learner {
  return (train, seed) => {
    const { model, outOfBag } = fitForest(train, { trees: 300, ...options, classes, seed });
    const answer = (x: Matrix) => predictProbability(model, x);
    if (!namedFor) return { answer };
    const known = train.labels.map((_, row) => Number(!Number.isNaN(outOfBag[row * classes])));
    const factors = factorsForF1(
      outOfBag.filter((_, i) => known[Math.floor(i / classes)] === 1),
      train.labels.filter((_, row) => known[row] === 1),
      classes,
    );
    return { answer, factors };
  };
}

export function extraTreesLearner(classes: number, options: Partial<ForestOptions> = {}): Learner {
  return (train, seed) => {
    const { model } = fitExtraTrees(train, { trees: 300, ...options, classes, seed });
    return { answer: (x) => predictProbability(model, x) };
  };
}
