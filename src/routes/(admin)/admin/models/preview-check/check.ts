import { promise } from '#lib/domain/badges/promise.ts';
import type { Deeds } from '#lib/domain/what-if/deeds.ts';
import { decodeStudent } from '#lib/ml/distil/flat-file.ts';
import { openStudent, type StudentScorer } from '#lib/ml/distil/scorer.ts';
import type { Student } from '#lib/ml/distil/student.ts';
import type { PreviewData } from '#lib/preview/data.ts';
import { openPreview } from '#lib/preview/open-preview.ts';
import type { Preview, PreviewedBadge } from '#lib/preview/preview.ts';
import type { CheckedLearner, CheckedPage } from '#lib/server/stories/preview-check.ts';
import { compareRankings, type Placed } from './compare.ts';
import type { Engine, EngineResult, Outcome, Progress } from './outcome.ts';
import { type Backend, backends, openTensorEngine } from './tensors.ts';

// Holds the answers of this browser against the server's: the same learners, the same questions, each way the small model
// can be counted here.

export interface CheckOptions {
  readonly version: string;
  readonly mostLearners: number;
  /** Asked of each backend of tfjs, to see whether tensors are left over. */
  readonly whatIfs: number;
  readonly onProgress: (progress: Progress) => void;
  readonly onOutcome: (outcome: Outcome) => void;
}

/** @throws Error when the server does not answer, TypeError for answers about other badges */
export async function checkPreview(options: CheckOptions): Promise<void> {
  const folder = `/me/preview-model/${options.version}`;
  const bytes = await (await fetched(`${folder}/preview.bin`)).arrayBuffer();
  const student = decodeStudent(new Uint8Array(bytes));
  const learners = await loadLearners(options);
  await checkEngine('typed-arrays', student, learners, openStudent(student), null, options);
  for (const backend of backends) await checkBackend(backend, student, learners, folder, options);
}

async function checkBackend(
  backend: Backend,
  student: Student,
  learners: readonly CheckedLearner[],
  folder: string,
  options: CheckOptions,
): Promise<void> {
  const engine = await openTensorEngine(backend, student, `${folder}/model.json`);
  if (!engine) return options.onOutcome({ kind: 'missing', engine: backend });
  try {
    await checkEngine(backend, student, learners, engine.scorer, engine.count, options);
  } finally {
    engine.close();
  }
}

async function checkEngine(
  engine: Engine,
  student: Student,
  learners: readonly CheckedLearner[],
  scorer: StudentScorer,
  countTensors: (() => number) | null,
  options: CheckOptions,
): Promise<void> {
  const { onProgress } = options;
  let [largestDifference, otherOrders, rankings, spent] = [0, 0, 0, 0];
  for (const [done, { data, questions }] of learners.entries()) {
    await breathe();
    onProgress({ step: 'ranking', engine, done, of: learners.length });
    const preview = openPreview(data, student, scorer);
    for (const { deeds, until, ranking } of questions) {
      const started = performance.now();
      const own = preview.rank(deeds, until);
      spent += performance.now() - started;
      const agreement = compareRankings(ranking, placesOf(data, own));
      largestDifference = Math.max(largestDifference, agreement.largestDifference);
      otherOrders += Number(!agreement.isSameOrder);
      rankings += 1;
    }
  }
  const tensors = countTensors && (await countOver(engine, learners, student, scorer, countTensors, options));
  const milliseconds = rankings === 0 ? 0 : spent / rankings;
  const result = {
    engine,
    learners: learners.length,
    rankings,
    largestDifference,
    otherOrders,
    milliseconds,
    tensors,
  };
  options.onOutcome({ kind: 'checked', result });
}

function placesOf({ badges }: PreviewData, ranking: readonly PreviewedBadge[]): Placed[] {
  const byId = new Map(badges.map((badge) => [badge.id, badge]));
  return ranking.flatMap(({ badgeId, chance, progress }) => {
    const badge = byId.get(badgeId);
    if (!badge) return [];
    const { liveRarity: rarity, effortDays } = badge;
    return [{ badgeId, chance, promise: promise({ rarity, effortDays, progress, chance }) }];
  });
}

const whatIfsBetweenBreaths = 20;

/** Asks many what-ifs of one learner and counts the tensors there are before and after. */
async function countOver(
  engine: Engine,
  [first]: readonly CheckedLearner[],
  student: Student,
  scorer: StudentScorer,
  count: () => number,
  { whatIfs, onProgress }: CheckOptions,
): Promise<EngineResult['tensors']> {
  if (!first) return null;
  const preview = openPreview(first.data, student, scorer);
  const choices = choicesOf(preview);
  const until = preview.today + 14;
  preview.rank(choices[0], until);
  const before = count();
  for (let asked = 0; asked < whatIfs; asked++) {
    preview.rank(choices[asked % choices.length], until);
    if (asked % whatIfsBetweenBreaths !== 0) continue;
    await breathe();
    onProgress({ step: 'what-ifs', engine, done: asked, of: whatIfs });
  }
  return { before, after: count(), whatIfs };
}

/** The usual with one deed after the other moved from the least to the most. */
function choicesOf(preview: Preview): Deeds[] {
  const until = preview.today + 14;
  const usual = preview.usual(until);
  const moved = preview.bounds(until).flatMap(({ deed, least, most }) => [
    { ...usual, [deed]: least },
    { ...usual, [deed]: most },
  ]);
  return [usual, ...moved];
}

async function loadLearners({ mostLearners, onProgress }: CheckOptions): Promise<CheckedLearner[]> {
  const learners: CheckedLearner[] = [];
  let after: number | null = 0;
  while (after !== null && learners.length < mostLearners) {
    onProgress({ step: 'learners', done: learners.length, of: mostLearners });
    const answer = await fetched(`/admin/models/preview-check/learners.json?after=${after}`);
    const page: CheckedPage = await answer.json();
    learners.push(...page.learners);
    after = page.next;
  }
  return learners.slice(0, mostLearners);
}

async function fetched(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: expected status 200, got ${response.status}`);
  return response;
}

/** Lets the page draw and answer. */
function breathe(): Promise<void> {
  return new Promise((done) => setTimeout(done));
}
