import { openStudent, type StudentScorer } from '#lib/ml/distil/scorer.ts';
import type { Student } from '#lib/ml/distil/student.ts';
import { loadSimdScorer } from './simd-scorer.ts';

/** A scorer that answers at once, and faster later. */
export interface QuickScorer extends StudentScorer {
  /**
   * Compiles the SIMD code and counts with it from then on; its single precision moves a chance by less than 1e-6. False
   * where SIMD is missing: then all stays as it was.
   */
  quicken(): Promise<boolean>;
}

/** Begins with typed arrays: nothing to compile, so that no first answer waits. @throws TypeError as `openStudent` does */
export function openQuickScorer(student: Student): QuickScorer {
  let present = openStudent(student);
  const { shared, own } = present;
  return {
    shared,
    own,
    marginsInto: (values, rows, count, out) => present.marginsInto(values, rows, count, out),
    scoreInto: (values, rows, count, out) => present.scoreInto(values, rows, count, out),
    quicken: async () => {
      const faster = await loadSimdScorer(student);
      present = faster ?? present;
      return faster !== null;
    },
  };
}
