import { promise } from '#lib/domain/badges/promise.ts';
import type { Deeds } from '#lib/domain/what-if/deeds.ts';
import { decodeStudent } from '#lib/ml/distil/flat-file.ts';
import { openStudent, type StudentScorer } from '#lib/ml/distil/scorer.ts';
import type { Student } from '#lib/ml/distil/student.ts';
import type { PreviewData } from '#lib/preview/data.ts';
import { openPreview } from '#lib/preview/open-preview.ts';
import type { Preview, PreviewedBadge } from '#lib/preview/preview.ts';
import { loadSimdScorer } from '#lib/preview/simd-scorer.ts';
import type { CheckedLearner, CheckedPage } from '#lib/server/stories/preview-check.ts';
import { compareRankings, type Placed } from './compare.ts';
import { type Engine, type EngineResult, engines, type Outcome, type Progress } from './outcome.ts';
import { atOnce, openTensorEngine, type TensorEngine } from './tensors.ts';

// Holds the answers of this browser against the server's: the same learners, the same questions, each way the small model
// can be counted here.

/** What every engine is asked and tells. */
export interface EngineOptions {
  /** Asked of each backend of tfjs about the first learner, to see whether tensors are left over. */
  readonly whatIfs: number;
  readonly onProgress: (progress: Progress) => void;
  readonly onOutcome: (outcome: Outcome) => void;
}

export interface CheckOptions extends EngineOptions {
  readonly version: string;
  readonly mostLearners: number;
}

/** @throws Error when the server does not answer, TypeError for answers about other badges */
export async function checkPreview(options: CheckOptions): Promise<void> {
  const folder = `/me/preview-model/${options.version}`;
  const bytes = await (await fetched(`${folder}/preview.bin`)).arrayBuffer();
  const student = decodeStudent(new Uint8Array(bytes));
  const learners = await loadLearners(options);
  for (const engine of engines) await checkEngine(engine, student, `${folder}/model.json`, learners, options);
}

/**
 * Tells the outcome of one way to count, which is `missing` where this device has none.
 * @param url of the LayersModel that holds the student's weights
 * @throws TypeError for answers about other badges
 */
export async function checkEngine(
  engine: Engine,
  student: Student,
  url: string,
  learners: readonly CheckedLearner[],
  options: EngineOptions,
): Promise<void> {
  const open = await openEngine(engine, student, url);
  if (!open) return options.onOutcome({ kind: 'missing', engine });
  try {
    const agreement = await agreementOf(engine, student, learners, open, options);
    const tensors = await countOver(engine, learners, student, open, options);
    options.onOutcome({ kind: 'checked', result: { engine, ...agreement, tensors } });
  } finally {
    open.close();
  }
}

/** One that may do without tensors. */
type OpenEngine = Omit<TensorEngine, 'count'> & { readonly count: TensorEngine['count'] | null };

async function openEngine(engine: Engine, student: Student, url: string): Promise<OpenEngine | null> {
  if (engine === 'typed-arrays') return withoutTensors(openStudent(student));
  if (engine !== 'simd') return openTensorEngine(engine, student, url);
  const scorer = await loadSimdScorer(student);
  return scorer && withoutTensors(scorer);
}

function withoutTensors(scorer: StudentScorer): OpenEngine {
  return { ...atOnce(scorer), count: null, close: () => undefined };
}

async function agreementOf(
  engine: Engine,
  student: Student,
  learners: readonly CheckedLearner[],
  { scorer, answered }: OpenEngine,
  { onProgress }: EngineOptions,
): Promise<Omit<EngineResult, 'engine' | 'tensors'>> {
  let [largestDifference, otherOrders, rankings, spent] = [0, 0, 0, 0];
  for (const [done, { data, questions }] of learners.entries()) {
    await breathe();
    onProgress({ step: 'ranking', engine, done, of: learners.length });
    const preview = openPreview(data, student, scorer);
    for (const { deeds, until, ranking } of questions) {
      const started = performance.now();
      const own = await answered(() => preview.rank(deeds, until));
      spent += performance.now() - started;
      const agreement = compareRankings(ranking, placesOf(data, own));
      largestDifference = Math.max(largestDifference, agreement.largestDifference);
      otherOrders += Number(!agreement.isSameOrder);
      rankings += 1;
    }
  }
  const milliseconds = rankings === 0 ? 0 : spent / rankings;
  return { learners: learners.length, rankings, largestDifference, otherOrders, milliseconds };
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
  { scorer, count, answered }: OpenEngine,
  { whatIfs, onProgress }: EngineOptions,
): Promise<EngineResult['tensors']> {
  if (!first || !count) return null;
  const preview = openPreview(first.data, student, scorer);
  const choices = choicesOf(preview);
  const until = preview.today + 14;
  await answered(() => preview.rank(choices[0], until));
  const before = count();
  for (let asked = 0; asked < whatIfs; asked++) {
    await answered(() => preview.rank(choices[asked % choices.length], until));
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
