import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type Browser, type CDPSession, chromium } from '@playwright/test';
import { encodeStudent } from '#lib/ml/distil/flat-file.ts';
import { browserArguments, browserPath } from '../tests/support/browser.ts';
import { examplePreview, exampleStudent } from '../tests/support/preview-example.ts';
import { median, processorMark } from './support/measure.ts';
import { servePreviewPage } from './support/preview-server.ts';

// What the learner's page reckons, in a real browser: each number the median of fresh contexts, as the processor is and
// slowed down four times by the browser itself, which slows the page's own thread and no worker. tfjs runs the same student
// in the same contexts, as a baseline.
// `npm run bench:preview -- --contexts 5 --slide 2000`

const { values: told } = parseArgs({
  options: {
    contexts: { type: 'string', default: '5' },
    slide: { type: 'string', default: '2000' },
    slower: { type: 'string', default: '1,4' },
    only: { type: 'string', default: '' },
  },
});
const contexts = Number(told.contexts);
const slideMs = Number(told.slide);

interface Question {
  readonly name: string;
  /** What must hold as the processor is. */
  readonly bound?: string;
  /** What the page is asked, run there. */
  readonly ask: string;
  /** True: done once, so the processor time of the page's thread says as much as the clock, and no neighbour counts. */
  readonly isOnce?: true;
}

const questions: readonly Question[] = [
  ...[60, 500].map((badges): Question => ({
    name: `load, first answer, ${badges} badges; processor`,
    bound: 'answer ≤ 50 ms',
    ask: `page.firstAnswer(${badges})`,
    isOnce: true,
  })),
  { name: 'student + order, 500; typed arrays', bound: '≤ 1 ms', ask: 'page.steady(500)' },
  { name: 'whole what-if, 60 badges: median, 95 %', ask: 'page.whatIf(60)' },
  { name: 'whole what-if, 500 badges: median, 95 %', ask: 'page.whatIf(500)' },
  { name: 'reasons of a badge', bound: '≤ 5 ms', ask: 'page.reasons(60)' },
  { name: 'slider, 60 badges: frames lost, of; answers', bound: '0', ask: `page.slide(${slideMs})` },
  { name: 'the same words, nothing counted', ask: `page.slideAlone(${slideMs})` },
  { name: 'tfjs cpu, 500 badges: first, then', ask: "page.tfjs('cpu', 500)" },
  { name: 'tfjs wasm, 500 badges: first, then', ask: "page.tfjs('wasm', 500)" },
];

function filesOfPage(): ReadonlyMap<string, Uint8Array> {
  const data = [60, 500].map((badges) => {
    const text = JSON.stringify(examplePreview({ learner: 7, badges }));
    return [`/data-${badges}.json`, new TextEncoder().encode(text)] as const;
  });
  // As large as the one that ships.
  const student = encodeStudent(exampleStudent(3, [64, 16]), 'float16');
  const model = { version: 'bench', url: '/student.bin' };
  const own = JSON.stringify({ ...examplePreview({ learner: 7, badges: 60 }), model });
  return new Map([['/student.bin', student], ['/me/preview.json', new TextEncoder().encode(own)], ...data]);
}

/** Milliseconds of processor time that the page's own thread has used. */
async function threadTime(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? NaN);
}

/** One question in a context of its own, so that nothing is warm that a learner's would not be. */
async function askOnce(
  browser: Browser,
  address: string,
  slower: number,
  { ask, isOnce }: Question,
): Promise<number[]> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(address);
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const before = await threadTime(session);
    const answer: number | readonly number[] = await page.evaluate(ask);
    const used = (await threadTime(session)) - before;
    const all = typeof answer === 'number' ? [answer] : answer;
    return isOnce ? [...all, used] : [...all];
  } finally {
    await context.close();
  }
}

async function mediansOf(
  browser: Browser,
  address: string,
  slower: number,
  question: Question,
): Promise<number[]> {
  const answers: number[][] = [];
  for (let i = 0; i < contexts; i++) answers.push(await askOnce(browser, address, slower, question));
  return answers[0].map((_, part) => median(answers.map((answer) => answer[part])));
}

function show(numbers: readonly number[]): string {
  return numbers.map((one) => (one >= 100 ? one.toFixed(0) : one.toPrecision(3))).join(' / ');
}

const asked = questions.filter(({ ask }) => ask.includes(told.only));
if (asked.length === 0)
  throw new RangeError(
    `--only: expected part of ${questions.map(({ ask }) => ask).join(', ')}; got ${told.only}`,
  );
const folder = mkdtempSync(join(tmpdir(), 'merito-preview-'));
const files = filesOfPage();
const { server, address } = await servePreviewPage(folder, files);
const browser = await chromium.launch({ executablePath: browserPath(), args: [...browserArguments] });
try {
  for (const [name, bytes] of files)
    console.log(`${name.slice(1).padEnd(18)} ${bytes.length} B, ${gzipSync(bytes).length} B gzip`);
  const rates = told.slower.split(',').map(Number);
  console.log(`Chromium ${browser.version()}, medians of ${contexts} fresh contexts; ${processorMark()}`);
  for (const question of asked) {
    const { name, bound = '' } = question;
    const cells: string[] = [];
    for (const rate of rates)
      cells.push(`${rate}×: ${show(await mediansOf(browser, address, rate, question))}`.padEnd(24));
    console.log(`${name.padEnd(42)} ${cells.join(' ')} ${bound}`.trimEnd());
  }
  console.log(`afterwards ${processorMark()}`);
} finally {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
