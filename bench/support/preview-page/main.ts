import { decodeStudent } from '#lib/ml/distil/flat-file.ts';
import { openStudent, type StudentScorer } from '#lib/ml/distil/scorer.ts';
import type { Student } from '#lib/ml/distil/student.ts';
import { seededRandom } from '#lib/ml/core/random.ts';
import { checkPreviewData, type PreviewData } from '#lib/preview/data.ts';
import { openPreview } from '#lib/preview/open-preview.ts';
import type { Preview } from '#lib/preview/preview.ts';
import { openQuickScorer } from '#lib/preview/quick-scorer.ts';
import { openRanker, type Ranker } from '#lib/preview/ranker.ts';
import { openDevice } from '../../../src/routes/(learner)/me/what-if/device.ts';
import { oneAtATime } from '../../../src/routes/(learner)/me/what-if/latest.ts';

// Runs in the browser: each question is asked by bench/preview.ts, one a fresh page, and answered in milliseconds.

/** What a page can be asked. */
export interface BenchPage {
  /** From the bytes until model and data are loaded, and from then on to the first ranking shown. */
  firstAnswer(badges: number): Promise<readonly [number, number]>;
  /** The student about so many badges, and the order of them: medians of many, as the page counts and in typed arrays. */
  steady(badges: number): Promise<readonly [number, number]>;
  /** A whole what-if: days to come, history, features, rules, student, order. Median and 95th percentile. */
  whatIf(badges: number): Promise<readonly [number, number]>;
  /** Reasons of one badge, the what-if before them left out. */
  reasons(badges: number): Promise<number>;
  /**
   * From the first answer on, two sliders that move with each frame, as on the learner's page: frames lost, those there
   * should have been, and the answers shown meanwhile.
   */
  slide(milliseconds: number): Promise<readonly [number, number, number]>;
  /** The same without a device: only lines as long that change with each frame. */
  slideAlone(milliseconds: number): Promise<readonly [number, number]>;
  /** The same student in tfjs: first answer from weights in memory, then median with the order of the badges. */
  tfjs(backend: 'cpu' | 'wasm', badges: number): Promise<readonly [number, number]>;
}

const rounds = 60;

const model = async () => new Uint8Array(await (await fetch('/student.bin')).arrayBuffer());
const words = async (badges: number) => (await fetch(`/data-${badges}.json`)).text();

async function open(badges: number): Promise<{ readonly data: PreviewData; readonly preview: Preview }> {
  const data = checkPreviewData(JSON.parse(await words(badges)));
  const student = decodeStudent(await model());
  return { data, preview: openPreview(data, student, await quick(student)) };
}

/** As the page counts once its first answer is given. */
async function quick(student: Student): Promise<StudentScorer> {
  const scorer = openQuickScorer(student);
  if (await scorer.quicken()) return scorer;
  throw new Error('bench: expected a browser with SIMD');
}

/** Five lines, as many as the learner's page shows; what stays the same is not written again. */
function list(lines: readonly string[]): void {
  const ranking = document.getElementById('ranking');
  for (const [i, line] of lines.slice(0, 5).entries()) {
    const item = ranking?.children[i] ?? ranking?.appendChild(document.createElement('li'));
    if (item && item.textContent !== line) item.textContent = line;
  }
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))];
}

function timed(times: number, work: (round: number) => void): number[] {
  return Array.from({ length: times }, (_, round) => {
    const start = performance.now();
    work(round);
    return performance.now() - start;
  });
}

function supposed(preview: Preview, until: number, at: number) {
  const bounds = preview.bounds(until);
  const most = (deed: string) => bounds.find((bound) => bound.deed === deed)?.most ?? 0;
  return { 'study-days': at % (most('study-days') + 1), practices: at % (most('practices') + 1) };
}

/** A ranker whose rows are drawn by chance: how long it takes does not depend on what they say. */
function filledRanker(data: PreviewData, scorer: StudentScorer): Ranker {
  const random = seededRandom(1);
  const ranker = openRanker(data.badges, scorer);
  for (const values of [ranker.learner, ranker.rows]) values.forEach((_, i) => (values[i] = 20 * random()));
  ranker.progress.forEach((_, i) => (ranker.progress[i] = 0.99 * random()));
  return ranker;
}

/** A finger that moves a little: one number of the learner's, and the progress of one badge in ten. */
function nudge({ learner, progress, rows }: Ranker, round: number): void {
  learner[round % learner.length] += round % 2 === 0 ? 1 : -1;
  for (let i = round % 10; i < progress.length; i += 10) {
    progress[i] = (progress[i] + 0.01) % 0.99;
    rows[(i * rows.length) / progress.length + 1] = progress[i];
  }
}

const page: BenchPage = {
  firstAnswer: async (badges) => {
    const [bytes, text] = await Promise.all([model(), words(badges)]);
    const start = performance.now();
    const student = decodeStudent(bytes);
    const data = checkPreviewData(JSON.parse(text));
    const loaded = performance.now();
    const preview = openPreview(data, student, openQuickScorer(student));
    list(preview.now().map(({ badgeId, chance }) => `${badgeId}: ${Math.round(100 * (chance ?? 0))} %`));
    return [loaded - start, performance.now() - loaded];
  },
  steady: async (badges) => {
    const data = checkPreviewData(JSON.parse(await words(badges)));
    const student = decodeStudent(await model());
    const medianBy = (scorer: StudentScorer) => {
      const ranker = filledRanker(data, scorer);
      const step = (round: number) => {
        nudge(ranker, round);
        ranker.rank();
      };
      timed(rounds, step);
      return quantile(timed(4 * rounds, step), 0.5);
    };
    return [medianBy(await quick(student)), medianBy(openStudent(student))];
  },
  whatIf: async (badges) => {
    const { preview } = await open(badges);
    const until = preview.today + 28;
    const step = (round: number) => void preview.rank(supposed(preview, until, round), until);
    timed(rounds, step);
    const times = timed(rounds, step);
    return [quantile(times, 0.5), quantile(times, 0.95)];
  },
  reasons: async (badges) => {
    const { preview } = await open(badges);
    const until = preview.today + 28;
    const asked = preview.now().filter(({ isMet }) => !isMet);
    const both = (round: number) => preview.reasons(asked[round % asked.length].badgeId, {}, until);
    const alone = () => preview.rank({}, until);
    timed(rounds, both);
    timed(rounds, alone);
    return quantile(timed(rounds, both), 0.5) - quantile(timed(rounds, alone), 0.5);
  },
  slide: async (milliseconds) => {
    const device = await openDevice('it');
    const by = 'four-weeks';
    const { bounds } = await device.outlook({ by, deeds: null });
    const most = (deed: string) => bounds.find((bound) => bound.deed === deed)?.most ?? 0;
    let deeds = {};
    let answers = 0;
    const ask = oneAtATime(async () => {
      const { badges } = await device.outlook({ by, deeds });
      list(
        badges.map(
          ({ name, value, missing }) => `${name}: ${Math.round(100 * value)} % ${missing.join('; ')}`,
        ),
      );
      answers++;
    });
    const [lost, expected] = await countFrames(milliseconds, (frame) => {
      deeds = { 'study-days': frame % (most('study-days') + 1), practices: frame % (most('practices') + 1) };
      void ask();
    });
    device.close();
    return [lost, expected, answers];
  },
  slideAlone: (milliseconds) =>
    countFrames(milliseconds, (frame) =>
      list(
        Array.from(
          { length: 5 },
          (_, i) => `Una settimana costante: ${(frame * (i + 7)) % 101} % ${missingWords}`,
        ),
      ),
    ),
  tfjs: async (backend, badges) => {
    const { openTfjs } = await import('./tfjs-student.ts');
    const student = decodeStudent(await model());
    const data = checkPreviewData(JSON.parse(await words(badges)));
    const ranker = filledRanker(data, openStudent(student));
    const { first, rank } = await openTfjs(student, backend, ranker, data.badges);
    const step = (round: number) => {
      nudge(ranker, round);
      rank();
    };
    timed(10, step);
    return [first, quantile(timed(rounds, step), 0.5)];
  },
};

const missingWords = 'Mancano 3 giorni di attività nelle ultime due settimane; manca una consegna puntuale';
const frameMs = 1000 / 60;

/** Moves once a frame, as a slider's handler does. */
function countFrames(
  milliseconds: number,
  move: (frame: number) => void,
): Promise<readonly [number, number]> {
  return new Promise((resolve) => {
    let frames = 0;
    let start = NaN;
    const step = (now: number) => {
      if (Number.isNaN(start)) start = now;
      if (now - start >= milliseconds) {
        const expected = Math.round((now - start) / frameMs);
        resolve([Math.max(0, expected - frames), expected]);
        return;
      }
      move(frames++);
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}

Object.assign(globalThis, { page });
