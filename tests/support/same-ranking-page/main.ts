import { decodeStudent } from '#lib/ml/distil/flat-file.ts';
import type { CheckedLearner } from '#lib/server/stories/preview-check.ts';
import { checkEngine } from '../../../src/routes/(admin)/admin/models/preview-check/check.ts';
import type { Engine, Outcome } from '../../../src/routes/(admin)/admin/models/preview-check/outcome.ts';

// Runs in the browser: the very check that admins run, on the learners and the small model of the test.

export interface RankingQuestion {
  readonly engine: Engine;
  /** Where the flat file of the small model lies; tfjs reads /model.json. */
  readonly file: string;
  /** So many of those served. */
  readonly learners: number;
  /** Of the first learner, where tensors are counted. */
  readonly whatIfs: number;
}

/** What this page can be asked. */
export interface RankingPage {
  check(question: RankingQuestion): Promise<Outcome>;
}

async function fetched(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: expected status 200, got ${response.status}`);
  return response;
}

const page: RankingPage = {
  check: async ({ engine, file, learners: count, whatIfs }) => {
    const student = decodeStudent(new Uint8Array(await (await fetched(file)).arrayBuffer()));
    const learners: readonly CheckedLearner[] = await (await fetched('/learners.json')).json();
    let outcome: Outcome | undefined;
    await checkEngine(engine, student, '/model.json', learners.slice(0, count), {
      whatIfs,
      onProgress: () => undefined,
      onOutcome: (told) => (outcome = told),
    });
    if (!outcome) throw new Error(`${engine}: expected an outcome, got none`);
    return outcome;
  },
};

Object.assign(globalThis, { page });
