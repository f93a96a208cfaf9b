import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test as base } from '@playwright/test';
import { nextTiers } from '#lib/domain/badges/promise.ts';
import { decodeStudent, encodeStudent, type Student } from '#lib/ml/distil/index.ts';
import { layersModelFiles } from '#lib/ml/neural/index.ts';
import type { PreviewData } from '#lib/preview/data.ts';
import { openPreview } from '#lib/preview/open-preview.ts';
import { type CheckedLearner, questionsFor } from '#lib/server/stories/preview-check.ts';
import { chanceTolerance } from '../../src/routes/(admin)/admin/models/preview-check/compare.ts';
import type { EngineResult } from '../../src/routes/(admin)/admin/models/preview-check/outcome.ts';
import { browserArguments, browserPath } from '../support/browser.ts';
import { buildPage, servePage } from '../support/built-page.ts';
import { examplePreviews } from '../support/preview-example.ts';
import type { RankingPage, RankingQuestion } from '../support/same-ranking-page/main.ts';
import { taughtStudent } from '../support/taught-student.ts';

// Every way to count with the small model ranks the badges of 200 simulated learners in the browser as the server does in
// Node, whatever the demo school taught its own; and tfjs leaves no tensor behind.

const learnerCount = 200;
const learnersTaughtOn = 80;
/** The first learner is asked all the what-ifs: few badges, so that they take seconds. */
const badgesOfFirst = 3;

const ofAll = { file: '/preview.bin', learners: learnerCount };

const pageRoot = join(import.meta.dirname, '../support/same-ranking-page');
const built = join(import.meta.dirname, '../../test-results/same-ranking-page');

/** What the server answers, and where the page that answers too is served. */
interface Asked {
  readonly student: Student;
  readonly checked: readonly CheckedLearner[];
  readonly address: string;
}

const test = base.extend<object, { readonly asked: Asked }>({
  asked: [
    async ({}, use) => {
      const learners = learnersOf();
      const taught = taughtStudent(learners.slice(0, learnersTaughtOn));
      const file = encodeStudent(taught);
      const student = decodeStudent(file);
      const checked = learners.map((data) => answeredBy(student, data));
      mkdirSync(built, { recursive: true });
      await buildPage(pageRoot, built);
      const { server, address } = await servePage(
        built,
        new Map([
          ['/preview.bin', file],
          ['/coarse.bin', encodeStudent(taught, 'uint8')],
          ...layersFiles(student),
          ['/learners.json', Buffer.from(JSON.stringify(checked))],
        ]),
      );
      await use({ student, checked, address });
      server.close();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

test.use({
  launchOptions: {
    executablePath: browserPath(),
    // Chromium's own software stands in where the machine has no graphics card.
    args: [...browserArguments, '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  },
});

function learnersOf(): PreviewData[] {
  const [first, ...rest] = examplePreviews(learnerCount);
  return [{ ...first, badges: nextTiers(first.badges).slice(0, badgesOfFirst) }, ...rest];
}

/** As the server answers: in typed arrays, in Node. */
function answeredBy(student: Student, data: PreviewData): CheckedLearner {
  return { data, questions: questionsFor(openPreview(data, student)) };
}

function layersFiles({ network }: Student): [string, Uint8Array][] {
  const files = layersModelFiles(network);
  return [
    ['/model.json', Buffer.from(files['model.json'])],
    ['/weights.bin', files['weights.bin']],
  ];
}

/** Null where the browser has no such engine. */
async function resultOf(
  page: Page,
  address: string,
  question: RankingQuestion,
): Promise<EngineResult | null> {
  await page.goto(address);
  const outcome = await page.evaluate(
    (asked) => (globalThis as unknown as { readonly page: RankingPage }).page.check(asked),
    question,
  );
  return outcome.kind === 'checked' ? outcome.result : null;
}

function expectSame({
  engine,
  rankings,
  largestDifference,
  otherOrders,
  learners,
  tensors,
}: EngineResult): void {
  const left = tensors && `, tensors ${tensors.before} → ${tensors.after} over ${tensors.whatIfs} what-ifs`;
  console.log(
    `same ranking: ${engine}, ${rankings} rankings, chances within ${largestDifference.toExponential(1)}${left ?? ''}`,
  );
  expect(learners).toBe(learnerCount);
  expect(rankings).toBe(3 * learnerCount);
  expect(largestDifference).toBeLessThanOrEqual(chanceTolerance);
  expect(otherOrders).toBe(0);
}

test('the answers bend and tell badges and learners apart', ({ asked: { student, checked } }) => {
  expect(student.bend.at.length).toBeGreaterThan(2);
  const rankings = checked.slice(1).flatMap(({ questions }) => questions.map(({ ranking }) => ranking));
  const chances = rankings.flatMap((ranking) => ranking.map(({ chance }) => chance ?? NaN));
  expect(Math.min(...chances)).toBeLessThan(0.05);
  expect(Math.max(...chances.filter((chance) => chance < 1))).toBeGreaterThan(0.5);
  const orders = new Set(rankings.map((ranking) => ranking.map(({ badgeId }) => badgeId).join()));
  expect(orders.size).toBeGreaterThan(learnerCount);
});

for (const engine of ['typed-arrays', 'simd'] as const)
  test(`${engine}: ranks as the server does`, async ({ page, asked }) => {
    const result = await resultOf(page, asked.address, { engine, ...ofAll, whatIfs: 0 });
    if (!result) throw new Error(`${engine}: expected a browser that has it`);
    expectSame(result);
  });

test('a model a hair off is told apart', async ({ page, asked }) => {
  const question = { engine: 'typed-arrays', file: '/coarse.bin', learners: 20, whatIfs: 0 } as const;
  const result = await resultOf(page, asked.address, question);
  expect(result?.largestDifference).toBeGreaterThan(chanceTolerance);
  expect(result?.otherOrders).toBeGreaterThan(0);
});

/** Where the machine has a device for them; software may stand in for it. */
const onDevice = ['webgl', 'webgpu'] as const;

// They often run without a graphics card here, ten times slower: they are asked less.
for (const [engine, whatIfs] of [
  ['cpu', 10_000],
  ['wasm', 10_000],
  ['webgl', 500],
  ['webgpu', 100],
] as const)
  test(`tfjs on ${engine}: ranks as the server does and leaves no tensor behind`, async ({ page, asked }) => {
    test.setTimeout(240_000);
    const result = await resultOf(page, asked.address, { engine, ...ofAll, whatIfs });
    const isAbsent = !result && onDevice.some((one) => one === engine);
    if (isAbsent) console.log(`same ranking: skipped ${engine}, not on this machine`);
    test.skip(isAbsent, `this machine has no ${engine}`);
    if (!result) throw new Error(`${engine}: expected a browser that has it`);
    expectSame(result);
    expect(result.tensors?.whatIfs).toBe(whatIfs);
    expect(result.tensors?.after).toBe(result.tensors?.before);
  });
