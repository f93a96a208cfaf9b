import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import { foldsByGroup } from '#lib/ml/ensemble/index.ts';
import { cohortAt } from './early-warning.ts';
import { ouladFolder, readPresentations } from './oulad.ts';
import {
  readDropout,
  readPerformance,
  readXapi,
  type StudentTable,
  studentTablesFolder,
} from './student-tables.ts';

/** A table to learn from, and how its rows part into those that train and those that judge. */
export interface ParityTable {
  readonly name: string;
  readonly x: Matrix;
  readonly labels: Uint8Array;
  readonly classes: number;
  readonly categories: readonly number[];
  readonly splits: readonly Split[];
}

export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** Every table whose data are here. @param shuffles of five folds; each fold judges once. The made table has that many worlds */
export function parityTables(shuffles: number): ParityTable[] {
  return [...studentTables(shuffles), ...earlyWarningTables(shuffles), madeTable(shuffles)];
}

function studentTables(shuffles: number): ParityTable[] {
  const folder = studentTablesFolder();
  if (!folder) {
    console.log('student tables: skipped, set MERITO_SHARED_DATA to the folder that holds student-tables/');
    return [];
  }
  const dropout = readDropout(folder);
  const named: readonly (readonly [string, StudentTable])[] = [
    ['Portuguese', readPerformance(folder, 'por', ['G1'])],
    ['mathematics', readPerformance(folder, 'mat', ['G1'])],
    ['xAPI, three classes', readXapi(folder)],
    [
      'UCI 697, drop-out or not',
      { ...dropout, labels: dropout.labels.map((label) => Number(label === 0)), classes: ['stayed', 'left'] },
    ],
    ['UCI 697, three classes', dropout],
  ];
  return named.map(([name, { x, labels, classes, categorical }]) => ({
    ...{ name, x, labels, classes: classes.length, categories: categorical },
    splits: foldSplits(labels, shuffles),
  }));
}

function earlyWarningTables(shuffles: number): ParityTable[] {
  const folder = ouladFolder();
  if (!folder) {
    console.log('OULAD: skipped, set MERITO_SHARED_DATA to the folder that holds oulad/');
    return [];
  }
  const [presentation] = readPresentations(folder, [['BBB', '2013B']]);
  return [21, 56].map((day) => {
    const { x, labels } = cohortAt(presentation, day);
    return {
      name: `OULAD, day ${day}`,
      x,
      labels,
      classes: 2,
      categories: [],
      splits: foldSplits(labels, shuffles),
    };
  });
}

function foldSplits(labels: Uint8Array, shuffles: number): Split[] {
  const all = Uint32Array.from(labels.keys());
  return Array.from({ length: shuffles }, (_, shuffle) => foldsByGroup(all, labels, 5, shuffle + 1)).flatMap(
    (foldOf) =>
      Array.from({ length: 5 }, (_, held) => ({
        train: all.filter((row) => foldOf[row] !== held),
        test: all.filter((row) => foldOf[row] === held),
      })),
  );
}

const [madeColumns, madeTrain, madeTest] = [50, 30_000, 20_000];

/**
 * 30 numbers, some skewed, 19 small whole numbers and a code of 24 categories that matters; 12 columns lack 5 to 30 %. A
 * world of 50,000 rows a split.
 */
function madeTable(worlds: number): ParityTable {
  const size = madeTrain + madeTest;
  const random = seededRandom(1);
  const values = new Float64Array(worlds * size * madeColumns);
  const labels = Uint8Array.from({ length: worlds * size }, (_, row) => {
    const margin = fillRow(values.subarray(row * madeColumns, (row + 1) * madeColumns), random);
    return Number(random() < 1 / (1 + Math.exp(-margin)));
  });
  const range = (from: number, count: number) => Uint32Array.from({ length: count }, (_, i) => from + i);
  return {
    name: 'made, 30,000 × 50',
    x: matrix(worlds * size, madeColumns, values),
    ...{ labels, classes: 2, categories: [49] },
    splits: Array.from({ length: worlds }, (_, world) => ({
      train: range(world * size, madeTrain),
      test: range(world * size + madeTrain, madeTest),
    })),
  };
}

/** Draws a row and returns its log-odds. */
function fillRow(row: Float64Array, random: () => number): number {
  for (let j = 0; j < 30; j++) row[j] = j < 20 ? normal(random) : Math.exp(normal(random));
  for (let j = 30; j < 49; j++) row[j] = Math.floor(8 * random());
  row[49] = Math.floor(24 * random());
  let margin = row[0] + 0.7 * row[1] * row[2] - Math.abs(row[3]) + 0.5 * row[4];
  margin += 0.2 * (row[30] - 4) + 0.4 * (((row[49] * 7) % 24) / 12 - 1);
  for (let j = 0; j < 12; j++) {
    if (random() >= 0.05 + 0.02 * j) continue;
    row[j] = NaN;
    if (j === 5) margin += 0.8;
  }
  return margin;
}
