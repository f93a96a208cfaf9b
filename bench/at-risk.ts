import { cohortAt, crossValidatedAuc, transferAuc } from './support/early-warning.ts';
import { ouladFolder, readPresentations } from './support/oulad.ts';

// At-risk on OULAD by the published protocol: our AUC beside that of scikit-learn's boosting on 18 simple features.

const days = [7, 14, 21, 28, 42, 56, 84, 112];
const published = {
  crossValidated: [0.73, 0.746, 0.795, 0.78, 0.797, 0.826, 0.849, 0.892],
  transfer: [0.649, 0.609, 0.678, 0.702, 0.692, 0.751, 0.762, 0.749],
};

function printRow(name: string, cells: readonly (string | number)[]): void {
  console.log(name.padEnd(38) + cells.map((cell) => String(cell).padStart(8)).join(''));
}

function printFigures(name: string, ours: readonly number[], theirs: readonly number[]): void {
  printRow(
    `${name}: ours`,
    ours.map((value) => value.toFixed(3)),
  );
  printRow(
    `${name}: published boosting`,
    theirs.map((value) => value.toFixed(3)),
  );
}

function run(folder: string): void {
  const presentations = readPresentations(folder, [
    ['BBB', '2013B'],
    ['AAA', '2013J'],
    ['AAA', '2014J'],
  ]);
  const [bbb, aaa2013, aaa2014] = presentations.map((presentation) =>
    days.map((day) => cohortAt(presentation, day)),
  );
  printRow('day', days);
  printRow(
    'BBB 2013B, learners',
    bbb.map(({ labels }) => labels.length),
  );
  const ours = bbb.map((cohort) => crossValidatedAuc(cohort));
  printFigures('BBB 2013B, five folds', ours, published.crossValidated);
  const transferred = aaa2013.map((train, i) => transferAuc(train, aaa2014[i]));
  printFigures('AAA 2013J to 2014J', transferred, published.transfer);
}

const folder = ouladFolder();
if (folder) run(folder);
else console.log('at-risk: skipped, no OULAD data: set MERITO_SHARED_DATA to the folder that holds oulad/');
