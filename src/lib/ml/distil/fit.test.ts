import { describe, expect, it } from 'vitest';
import { matrix, type Matrix } from '../core/matrix.ts';
import { normal, seededRandom } from '../core/random.ts';
import { identityCalibration } from '../evaluate/calibration.ts';
import { neuralKernel } from '../neural/neural-kernel.ts';
import { spearman } from './agreement.ts';
import { fidelityDoubts, judgeFidelity } from './fidelity.ts';
import { fitStudent } from './fit.ts';
import { decodeStudent, encodeStudent } from './flat-file.ts';
import { fitScales } from './inputs.ts';
import { openStudent } from './scorer.ts';
import type { Student } from './student.ts';

// A world with a teacher that jumps as trees do: chances of a few steps, some of them small, and a column that may be missing.
const columns = ['pace', 'streak', 'rate', 'progress', 'rare'];
const shared = 2;
const badges = 8;

function world(learners: number, seed: number): Matrix {
  const random = seededRandom(seed);
  const values: number[] = [];
  for (let learner = 0; learner < learners; learner++) {
    const [pace, streak] = [2 * normal(random), random() < 0.2 ? NaN : Math.floor(8 * random())];
    for (let badge = 0; badge < badges; badge++)
      values.push(pace, streak, random() * 0.3, random(), Number(badge % 3 === 0));
  }
  return matrix(learners * badges, columns.length, Float64Array.from(values));
}

function teach({ rows, columns: width, values }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    const [pace, streak, rate, progress, rare] = values.subarray(row * width, (row + 1) * width);
    const steps = (pace > 0 ? 1 : 0) + (progress > 0.5 ? 2 : 0) + (progress > 0.8 ? 2 : 0) - 2 * rare;
    const margin = steps + 8 * rate - 5 + (Number.isNaN(streak) ? -1 : streak > 4 ? 1 : 0);
    return 1 / (1 + Math.exp(-margin));
  });
}

const taught = (learners: number, seed: number) => {
  const x = world(learners, seed);
  return { x, answers: teach(x) };
};

const options = {
  seed: 1,
  columns,
  shared,
  catalogueVersion: 1,
  imitates: 'toy',
  calibration: identityCalibration,
  hidden: [16, 8],
  kernel: neuralKernel(),
};
const fitted = fitStudent(taught(700, 1), taught(60, 2), { ...options, epochs: 60 });

function answersOf(student: Student, x: Matrix): Float64Array {
  const scorer = openStudent(student);
  const out = new Float64Array(x.rows);
  for (let row = 0; row < x.rows; row++) {
    const values = x.values.slice(row * x.columns, (row + 1) * x.columns);
    scorer.scoreInto(values.subarray(0, shared), values.subarray(shared), 1, out.subarray(row));
  }
  return out;
}

function judged(student: Student) {
  const { x, answers } = taught(80, 3);
  const learners = Int32Array.from({ length: x.rows }, (_, row) => Math.floor(row / badges));
  return judgeFidelity({ x, shared, learners, teacher: answers, student: answersOf(student, x) }, 1);
}

describe('a student', () => {
  it('orders learners it never saw as its teacher does, as it ships', () => {
    const report = judged(decodeStudent(encodeStudent(fitted.student)));
    expect(report.spearman.value).toBeGreaterThan(0.95);
    expect(report.calibrationError.value).toBeLessThan(0.02);
    expect(report.spearman.low).toBeLessThanOrEqual(report.spearman.value);
    expect(report.looks?.looks).toBe(80);
    expect(report.looks?.spearman).toBeGreaterThan(0.9);
    expect(report.looks?.topThree).toBeGreaterThan(0.8);
    expect(fidelityDoubts(report)).toEqual([]);
  });

  it('is doubted when it has not learnt', () => {
    const { network } = fitted.student;
    const flat = { ...network, weights: network.weights.map((weight, i) => (i % 2 ? weight : -weight)) };
    const doubts = fidelityDoubts(judged({ ...fitted.student, network: flat }));
    expect(doubts[0]).toMatch(/^rank correlation: expected at least 0.95, got /);
    expect(doubts[1]).toMatch(/^calibration error: expected at most 0.02, got /);
  });

  it('is the same for the same seed, and another for another', () => {
    const [rows, stopping] = [taught(30, 1), taught(10, 2)];
    const fit = (seed: number) =>
      fitStudent(rows, stopping, { ...options, seed, epochs: 3, kernel: neuralKernel() });
    expect(fit(4).student).toEqual(fit(4).student);
    expect(fit(4).student.network.weights).not.toEqual(fit(5).student.network.weights);
  });

  it('keeps the weights of its best pass', () => {
    expect(fitted.epochs).toBeLessThanOrEqual(60);
    expect(fitted.bestEpoch).toBeLessThan(fitted.epochs);
  });

  it('refuses lessons without answers', () => {
    const { x } = taught(2, 1);
    const wrong = { x, answers: new Float64Array(x.rows).fill(2) };
    expect(() => fitStudent(wrong, wrong, options)).toThrow('rows.answers[0]: expected 0 to 1, got 2');
    expect(() => fitStudent({ x, answers: new Float64Array(3) }, wrong, options)).toThrow(
      'rows: expected an answer for each of 16 rows, got 3',
    );
  });
});

describe('scales', () => {
  it('leave columns of 0 and 1 alone, and mark what may be missing', () => {
    const [pace, streak, , , rare] = fitScales(world(200, 1), columns);
    expect(rare).toEqual({ column: 'rare', mean: 0, scale: 1, hasMissing: false });
    expect(streak.hasMissing).toBe(true);
    expect(pace.hasMissing).toBe(false);
    expect(pace.scale).toBeCloseTo(2, 0);
  });

  it('take a column that is never known for one that says nothing', () => {
    const x = matrix(2, 1, Float64Array.of(NaN, NaN));
    expect(fitScales(x, ['never'])).toEqual([{ column: 'never', mean: 0, scale: 1, hasMissing: true }]);
  });
});

it('the toy teacher tells learners apart', () => {
  const { x, answers } = taught(50, 9);
  const progress = Float64Array.from({ length: x.rows }, (_, row) => x.values[row * x.columns + 3]);
  expect(spearman(answers, progress)).toBeGreaterThan(0.3);
  expect(spearman(answers, progress)).toBeLessThan(0.9);
});
