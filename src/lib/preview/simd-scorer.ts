import { openStudentOn } from '#lib/ml/distil/kernel-scorer.ts';
import type { StudentScorer } from '#lib/ml/distil/scorer.ts';
import type { Student } from '#lib/ml/distil/student.ts';
import { loadSimdKernel } from '#lib/ml/neural/simd-kernel.ts';

/** The student in WebAssembly with SIMD, compiled beside the page's own work; null where this place has none. */
export async function loadSimdScorer(student: Student): Promise<StudentScorer | null> {
  const kernel = await loadSimdKernel();
  return kernel && openStudentOn(kernel, student);
}
