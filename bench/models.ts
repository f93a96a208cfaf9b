import { join } from 'node:path';
import { localMoment } from '#lib/domain/activity/school-day.ts';
import { seedBadges } from '#lib/server/awards/badges.ts';
import { loadSchool } from '#lib/server/demo/load-school.ts';
import { loadLearners, type Measurement } from '#lib/server/features/index.ts';
import { taskNames } from '#lib/server/models/task-model.ts';
import { schools } from '#lib/server/platform/db/schema.ts';
import { scoreAll } from '#lib/server/scoring/score-all.ts';
import { scoreLearner } from '#lib/server/scoring/score-learner.ts';
import { trainTask } from '#lib/server/training/train.ts';
import { buildSchool } from '#lib/simulator/index.ts';
import { describeCard } from '../src/cli/describe-card.ts';
import { startTemporaryApp } from './support/temporary-app.ts';

// Trains every task on the demo school and scores everyone: seconds, figures against the baselines, ms a learner.

const timeZone = 'Europe/Rome';
const at = new Date('2026-03-20T08:00:00Z');
const before = localMoment(at, timeZone).day;
const app = await startTemporaryApp();
process.env.MERITO_ARTIFACTS = join(app.folder, 'artifacts');
const config = { ...app.config, artifactFolder: process.env.MERITO_ARTIFACTS };

async function seconds<T>(name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

try {
  const [school] = await app.database.system
    .insert(schools)
    .values({ slug: 'bench', name: 'Bench', timeZone })
    .returning();
  const simulated = buildSchool({ seed: 7, learners: 600, classes: 24, years: 2, timeZone, before });
  await seconds('demo school', () => loadSchool(app.database, school.id, simulated, at));
  await app.database.pool.unsafe('analyze');
  await app.database.withSchool(school.id, (scope) => seedBadges(scope));
  for (const task of taskNames) {
    const trained = await seconds(`train ${task}`, () =>
      trainTask({ ...app, config }, school.id, task, { at }),
    );
    console.log(`${trained.status}: ${trained.message}`);
    for (const line of describeCard(trained.card)) console.log(`  ${line}`);
  }
  await app.database.withSchool(school.id, async (scope) => {
    const measured: Measurement[] = [];
    await seconds('measure everyone', async () => {
      for await (const measurement of loadLearners(scope, 'all', before)) measured.push(measurement);
    });
    await seconds('score everyone at once', () => scoreAll(scope, before, at));
    for (const pass of ['first', 'second']) {
      const [start, startCpu] = [performance.now(), process.cpuUsage()];
      let scores = 0;
      for (const measurement of measured) scores += (await scoreLearner(scope, measurement, at)).length;
      const cpu = process.cpuUsage(startCpu);
      const [wall, own] = [performance.now() - start, (cpu.user + cpu.system) / 1000];
      const each = (ms: number) => (ms / measured.length).toFixed(2);
      console.log(
        `score, ${pass} pass: ${each(wall)} ms a learner (${each(own)} of this CPU), ${scores} scores`,
      );
    }
  });
} finally {
  await app.stop();
}
