import { badgeColumns, badgeRateColumn } from '#lib/domain/badges/chance-inputs.ts';
import { catalogueVersion } from '#lib/domain/features/index.ts';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';
import { seededRandom } from '#lib/ml/core/random.ts';
import { fitStudent, type Student, type StudentScorer, type TaughtRows } from '#lib/ml/distil/index.ts';
import { fitIsotonic } from '#lib/ml/evaluate/calibration.ts';
import { simdKernel } from '#lib/ml/neural/simd-kernel.ts';
import type { PreviewData } from '#lib/preview/data.ts';
import { openPreview } from '#lib/preview/open-preview.ts';
import { exampleStudent } from './preview-example.ts';

// A small model as a school would teach it, on simulated learners, from a teacher that is a formula.

/** Of the learners' own numbers and of the badge: what the teacher goes by, and how much each counts. */
const matters = {
  'active-days-28': 0.1,
  'hand-ins-28': 0.06,
  'mean-score-91': 0.02,
  'week-streak': 0.05,
  'badge-rate': 3,
  'badge-progress': 4,
  'badge-progress-gained': 3,
  'badge-missing': -0.4,
  'badge-rarity': -0.6,
};

/** Same learners, same bytes. Every fourth learner says when to stop. */
export function taughtStudent(learners: readonly PreviewData[]): Student {
  const learnt = taughtRows(learners.filter((_, i) => i % 4 !== 0));
  const stopping = taughtRows(learners.filter((_, i) => i % 4 === 0));
  const { student } = fitStudent(learnt, stopping, {
    seed: 1,
    columns: badgeColumns,
    shared: badgeRateColumn,
    catalogueVersion,
    imitates: 'formula',
    calibration: fitIsotonic(stopping.answers, happened(stopping.answers)),
    epochs: 12,
    kernel: simdKernel(),
  });
  return student;
}

function taughtRows(learners: readonly PreviewData[]): TaughtRows {
  const x = rowsOf(learners);
  return { x, answers: teach(x) };
}

/** Every row that the model is asked about these learners: as things stand, and after what is usual for two weeks. */
function rowsOf(learners: readonly PreviewData[]): Matrix {
  const student = exampleStudent();
  const values: number[] = [];
  const keep: StudentScorer['scoreInto'] = (shared, rows, count, out) => {
    const own = rows.length / count;
    for (let row = 0; row < count; row++)
      values.push(...shared, ...rows.subarray(row * own, (row + 1) * own));
    out.fill(0, 0, count);
  };
  const own = badgeColumns.length - badgeRateColumn;
  for (const data of learners) {
    const preview = openPreview(data, student, {
      ...{ shared: badgeRateColumn, own },
      ...{ scoreInto: keep, marginsInto: keep },
    });
    preview.now();
    preview.rank(preview.usual(preview.today + 14), preview.today + 14);
  }
  return matrix(values.length / badgeColumns.length, badgeColumns.length, Float64Array.from(values));
}

function teach({ rows, columns, values }: Matrix): Float64Array {
  const parts = Object.entries(matters).map(([name, weight]) => ({ at: columnOf(name), weight }));
  return Float64Array.from({ length: rows }, (_, row) => {
    let margin = -5;
    for (const { at, weight } of parts) {
      const value = values[row * columns + at];
      if (!Number.isNaN(value)) margin += weight * value;
    }
    return 1 / (1 + Math.exp(-margin));
  });
}

function columnOf(name: string): number {
  const at = badgeColumns.indexOf(name);
  if (at < 0) throw new RangeError(`column: expected one of badge-chance, got ${name}`);
  return at;
}

/** What came of it, drawn: less often than the teacher thinks, so that its calibration bends. */
function happened(answers: Float64Array): Uint8Array {
  const random = seededRandom(2);
  return Uint8Array.from(answers, (answer) => Number(random() < answer ** 1.5));
}
