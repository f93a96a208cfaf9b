import { join } from 'node:path';
import { badgeColumns, badgeRateColumn } from '#lib/domain/badges/chance-inputs.ts';
import { localMoment } from '#lib/domain/activity/school-day.ts';
import { openStudent, openStudentOn, type StudentScorer } from '#lib/ml/distil/index.ts';
import { toyRows, toyStudent } from '#lib/ml/distil/toy-student.ts';
import type { Student } from '#lib/ml/distil/student.ts';
import { simdKernel } from '#lib/ml/neural/simd-kernel.ts';
import { seedBadges } from '#lib/server/awards/badges.ts';
import { loadSchool } from '#lib/server/demo/load-school.ts';
import { loadPreviewModel } from '#lib/server/models/preview-model.ts';
import { schools } from '#lib/server/platform/db/schema.ts';
import { TooLittleData, trainTask } from '#lib/server/training/train.ts';
import { buildSchool } from '#lib/simulator/index.ts';
import { describePreview } from '../src/cli/describe-card.ts';
import { startTemporaryApp } from './support/temporary-app.ts';

// The small model for the browser: milliseconds to score 500 badges, and how well it imitates on simulated schools.
// npm run bench:distil -- [LEARNERS …]     schools of so many learners (default: 600); 0 for the speed alone

const timeZone = 'Europe/Rome';
const at = new Date('2026-03-20T08:00:00Z');
const before = localMoment(at, timeZone).day;
const badges = 500;
const rounds = 1000;

function printSpeeds(name: string, student: Student): void {
  printSpeed(`${name}, typed arrays`, student, openStudent(student));
  printSpeed(`${name}, SIMD`, student, openStudentOn(simdKernel(), student));
}

function printSpeed(name: string, student: Student, scorer: StudentScorer): void {
  const shared = toyRows(student, 1, 1).subarray(0, scorer.shared);
  const rows = toyRows(student, badges, 2).subarray(0, badges * scorer.own);
  const out = new Float64Array(badges);
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    scorer.scoreInto(shared, rows, badges, out);
    return performance.now() - start;
  });
  // The first rounds are read and compiled; on a shared machine the fastest tenth says most about the code.
  const steady = times.slice(rounds / 2).sort((a, b) => a - b);
  const [fast, middle] = [steady[steady.length / 10], steady[steady.length / 2]].map((ms) => ms.toFixed(3));
  console.log(`${name}: ${badges} badges in ${middle} ms (median; fastest tenth ${fast} ms)`);
}

async function printFidelity(
  app: Awaited<ReturnType<typeof startTemporaryApp>>,
  size: number,
): Promise<void> {
  const [school] = await app.database.system
    .insert(schools)
    .values({ slug: `school-${size}`, name: 'Bench', timeZone })
    .returning();
  const options = { seed: 7, learners: size, classes: Math.ceil(size / 25), years: 2, timeZone, before };
  await loadSchool(app.database, school.id, buildSchool(options), at);
  await app.database.pool.unsafe('analyze');
  await app.database.withSchool(school.id, (scope) => seedBadges(scope));
  const { preview } = await trainTask(app, school.id, 'badge-chance', { at });
  if (!preview || preview instanceof TooLittleData) {
    console.log(`${size} learners: ${preview?.message ?? 'no small model was due'}`);
    return;
  }
  console.log(`${size} learners: ${preview.status}, ${preview.message}`);
  for (const line of describePreview(preview.card)) console.log(`  ${line}`);
  const found = await app.database.withSchool(school.id, loadPreviewModel);
  if (found) printSpeeds('  as it ships', found.student);
}

const sizes = process.argv.slice(2).map(Number);
for (const hidden of [
  [32, 16],
  [48, 24],
  [64, 16],
]) {
  const student = toyStudent({ seed: 1, columns: badgeColumns.length, shared: badgeRateColumn, hidden });
  printSpeeds(`random weights, ${hidden.join('-')}-1`, student);
}
const wanted = (sizes.length > 0 ? sizes : [600]).filter((size) => size > 0);
if (wanted.length > 0) {
  const app = await startTemporaryApp();
  process.env.MERITO_ARTIFACTS = join(app.folder, 'artifacts');
  const config = { ...app.config, artifactFolder: process.env.MERITO_ARTIFACTS };
  try {
    for (const size of wanted) await printFidelity({ ...app, config }, size);
  } finally {
    await app.stop();
  }
}
