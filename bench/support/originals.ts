import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Matrix } from '#lib/ml/core/matrix.ts';

export const libraries = ['xgboost', 'lightgbm', 'sklearn'] as const;
export type Library = (typeof libraries)[number];

/** A training by the original: what support/parity.py reads. */
export interface Training {
  readonly library: Library;
  /** Which of scikit-learn's estimators. */
  readonly estimator?: string;
  /** In the library's own names. */
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
}

export interface Exam {
  readonly train: Matrix;
  readonly labels: ArrayLike<number>;
  readonly fresh: Matrix;
  readonly classes: number;
  readonly categories: readonly number[];
}

/** A library in a Python process of its own. */
export interface Original {
  readonly version: string;
  /** The probabilities of the fresh rows: of label 1 for two classes, else rows × classes. */
  answer(training: Training, exam: Exam): Promise<Float64Array>;
}

export interface Originals {
  readonly found: ReadonlyMap<Library, Original>;
  close(): void;
}

interface Place {
  readonly versions: Partial<Record<Library, string>>;
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: AsyncIterator<string>;
}

/**
 * Each library from the first Python that has it: MERITO_PYTHON, python3 and the system's own, with PYTHONPATH and without.
 * @param folder where tables and answers are written
 */
export async function findOriginals(folder: string): Promise<Originals> {
  const found = new Map<Library, Original>();
  const places: Place[] = [];
  for (const [python, environment] of candidates()) {
    if (libraries.every((library) => found.has(library))) break;
    const place = await startPlace(python, environment);
    if (!place) continue;
    places.push(place);
    for (const library of libraries) {
      const version = place.versions[library];
      if (version && !found.has(library)) found.set(library, originalAt(place, version, folder));
    }
  }
  return { found, close: () => places.forEach(({ child }) => child.stdin.end()) };
}

function candidates(): (readonly [python: string, environment: NodeJS.ProcessEnv])[] {
  const pythons = [process.env.MERITO_PYTHON, 'python3', '/usr/bin/python3'].filter(
    (name) => name !== undefined,
  );
  const { PYTHONPATH, ...bare } = process.env;
  const environments = PYTHONPATH ? [process.env, bare] : [process.env];
  return pythons.flatMap((python) => environments.map((environment) => [python, environment] as const));
}

/** Null where there is no such Python, or one without NumPy. */
async function startPlace(python: string, env: NodeJS.ProcessEnv): Promise<Place | null> {
  const child = spawn(python, [join(import.meta.dirname, 'parity.py')], { env });
  child.on('error', () => child.stdout.destroy());
  child.stdin.on('error', () => child.stdout.destroy());
  let complaint = '';
  child.stderr.on('data', (text) => (complaint = `${complaint}${text}`.slice(-2000)));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) return null;
  const next = async (): Promise<IteratorResult<string>> => {
    const line = await lines.next();
    if (line.done) throw new Error(`${python}: ${complaint}`);
    return line;
  };
  return { versions: JSON.parse(first.value), child, lines: { next } };
}

function originalAt({ child, lines }: Place, version: string, folder: string): Original {
  const write = (name: string, values: ArrayLike<number>) => {
    const path = join(folder, name);
    writeFileSync(path, new Uint8Array(Float64Array.from(values).buffer));
    return path;
  };
  return {
    version,
    answer: async (training, { train, labels, fresh, classes, categories }) => {
      const answers = join(folder, 'answers');
      const job = {
        ...training,
        ...{ classes, categories, answers, columns: train.columns },
        train: write('train', train.values),
        labels: write('labels', labels),
        fresh: write('fresh', fresh.values),
      };
      child.stdin.write(`${JSON.stringify(job)}\n`);
      await lines.next();
      return new Float64Array(new Uint8Array(readFileSync(answers)).buffer);
    },
  };
}
