import { describe, expect, it } from 'vitest';
import {
  crossValidate,
  extraTreesLearner,
  factorsForF1,
  forestLearner,
  readDropout,
  readXapi,
  studentTablesFolder,
} from '../../bench/support/student-tables.ts';

// The tables are not ours to put in the repository. Where they are absent this says so; `bench/student-tables.ts` prints all
// learners on all tables.
const folder = studentTablesFolder();
if (!folder)
  console.warn(
    'student tables: skipped, no data: set MERITO_SHARED_DATA to the folder that holds student-tables/',
  );

describe.skipIf(!folder)('student tables, stratified ten folds', () => {
  it('tells the marks of xAPI-Edu in four of five learners', () => {
    const table = readXapi(folder ?? '');
    expect(table.labels.length).toBe(480);
    const judged = [1, 2].map((seed) => crossValidate(table, extraTreesLearner(3, { trees: 150 }), seed));
    expect((judged[0].accuracy + judged[1].accuracy) / 2).toBeGreaterThanOrEqual(0.8);
  });

  // Published: boosting with a macro-F1 of .715.
  it('tells drop-outs, enrolled and graduates of UCI 697 apart', () => {
    const table = readDropout(folder ?? '');
    expect(table.labels.length).toBe(4424);
    const learner = forestLearner(3, { trees: 60, minLeaf: 2, namedFor: 'macro-F1' });
    expect(crossValidate(table, learner, 1).macroF1).toBeGreaterThanOrEqual(0.715);
  }, 180_000);
});

describe('factorsForF1', () => {
  it('lifts a class whose answers are always a little too low', () => {
    const labels = Uint8Array.from({ length: 40 }, (_, i) => Number(i % 4 === 0));
    const answers = Float64Array.from({ length: 80 }, (_, i) => {
      const positive = labels[i >> 1] === 1 ? 0.45 : 0.2;
      return i % 2 === 1 ? positive : 1 - positive;
    });
    const [first, second] = factorsForF1(answers, labels, 2);
    expect(first).toBe(1);
    expect(second * 0.45).toBeGreaterThan(0.55);
    expect(second * 0.2).toBeLessThan(0.8);
  });
});
