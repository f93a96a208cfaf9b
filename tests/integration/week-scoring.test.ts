import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { formatSchoolDay, parseSchoolDay } from '#lib/domain/activity/school-day.ts';
import { marginsOf, memberMargins } from '#lib/ml/ensemble/index.ts';
import { matrix } from '#lib/ml/core/matrix.ts';
import { sharesOf } from '#lib/ml/neural/index.ts';
import { sequencesOf } from '#lib/ml/sequence/index.ts';
import { standardised } from '#lib/ml/sequence/sequences.ts';
import { loadLearner } from '#lib/server/features/index.ts';
import { loadChampion, saveModel } from '#lib/server/models/registry.ts';
import { classes, classMembers, dailyRollups, learners } from '#lib/server/platform/db/schema.ts';
import { riskRowsOf } from '#lib/server/scoring/risk-rows.ts';
import { scoreLearner } from '#lib/server/scoring/score-learner.ts';
import { explanationView } from '#lib/server/stories/explanation.ts';
import { atRiskColumns } from '#lib/server/training/tasks/at-risk-inputs.ts';
import { trainingApp } from '../support/artifacts.ts';
import { addSchool, testDatabase } from '../support/database.ts';
import { toyNetworkModel } from '../support/toy-networks.ts';

const database = await testDatabase();
const { config } = trainingApp(database);
const at = new Date('2026-03-02T09:00:00Z');
const today = parseSchoolDay('2026-03-02');

it('a stack with a network reads the weeks, tells them by their dates, and says where it looked', async () => {
  const schoolId = await addSchool(database, 'weeks');
  await database.withSchool(schoolId, async (scope) => {
    const { tx } = scope;
    const frame = { schoolId, externalId: '1', name: 'Ada' };
    const [{ learnerId }] = await tx
      .insert(learners)
      .values({ ...frame, joinedOn: '2026-01-26' })
      .returning({ learnerId: learners.id });
    const [{ classId }] = await tx
      .insert(classes)
      .values({ ...frame, startsOn: '2026-01-26', endsOn: '2026-06-10' })
      .returning({ classId: classes.id });
    await tx.insert(classMembers).values({ schoolId, classId, learnerId, joinedOn: '2026-01-26' });
    const quiet = { scoreSum: 0, scoreCount: 0, dueCount: 0, lateCount: 0, leadDaysSum: 0, slots: 0 };
    await tx.insert(dailyRollups).values(
      [1, 2, 9].map((ago) => ({
        ...{ schoolId, learnerId, classId, kind: 'read', count: ago, quantity: 3, seconds: 600, ...quiet },
        day: formatSchoolDay(today - ago),
      })),
    );
    const model = toyNetworkModel(atRiskColumns([]));
    const version = await saveModel(scope, config.artifactFolder, {
      ...{ task: 'at-risk', model, card: {}, at, status: 'champion', message: 'toy' },
    });
    const measured = await loadLearner(scope, learnerId, today);
    const [score] = await scoreLearner(scope, measured, at);
    const champion = await loadChampion(scope, 'at-risk');
    if (!champion) throw new Error('champion: expected the toy, got none');

    // The five weeks from Monday 26 January on.
    const { base, contributions, rest = NaN, attention = [] } = score.explanation;
    expect(attention.map(({ week }) => week)).toEqual([
      '2026-01-26',
      '2026-02-02',
      '2026-02-09',
      '2026-02-16',
      '2026-02-23',
    ]);
    expect(attention.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 5);
    const latest = contributions.find(({ feature }) => feature === 'activity-week-2026-02-23');
    expect(latest?.value).toBe(3);

    const [row] = await riskRowsOf(scope, champion, learnerId, today);
    const [margin] = marginsOf(champion.model.model, matrix(1, row.values.length, row.values));
    const sum = contributions.reduce((total, { effect }) => total + effect, base + rest);
    expect(Math.abs(sum - margin)).toBeLessThan(1e-3);

    const view = explanationView({ ...score, scoredAt: at }, 'it');
    expect(view.attention).toEqual(attention);
    expect(view.waterfall.map(({ words }) => words)).toContain('Attività della settimana del 23 febbraio');

    // The same network as the files that tfjs reads.
    const network = model.model.kind === 'stack' ? model.model.members[1] : null;
    if (network?.kind !== 'network-member') throw new Error('member: expected a network');
    const x = matrix(1, row.values.length, row.values);
    const sequences = sequencesOf(x, network.layout);
    const folder = join(config.artifactFolder, String(schoolId), 'at-risk', version, 'transformer');
    const inputs = standardised(sequences, network.model.scales);
    const theirs = await askTfjs(folder, inputs, sequences.lengths, network.model.weeks);
    expect(theirs).toBeCloseTo(memberMargins(network, x, 1)[0], 5);
  });
});

async function askTfjs(folder: string, inputs: Float32Array, lengths: Int32Array, weeks: number) {
  await tf.setBackend('cpu');
  const json = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  const weightData = new Uint8Array(readFileSync(join(folder, 'weights.bin'))).buffer;
  const [{ weights: weightSpecs }] = json.weightsManifest;
  const loaded = await tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology: json.modelTopology, weightSpecs, weightData }),
  );
  return tf.tidy(() => {
    const x = tf.tensor3d(inputs, [1, weeks, inputs.length / weeks]);
    const shares = tf.tensor2d(sharesOf(lengths, weeks), [1, weeks]);
    return (loaded.predict([x, shares]) as tf.Tensor).dataSync()[0];
  });
}
