import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { matrix } from '#lib/ml/core/matrix.ts';
import { normal, seededRandom } from '#lib/ml/core/random.ts';
import { auc } from '#lib/ml/evaluate/index.ts';
import { fitExtraTrees, fitForest, type ForestFit, predictProbability } from '#lib/ml/trees/index.ts';
import { measure, medianSpent, ratios, type Spent } from './measure.ts';

const [rows, testRows, columns] = [30_000, 20_000, 50];

function table(count: number, seed: number) {
  const random = seededRandom(seed);
  const values = Float64Array.from({ length: count * columns }, () => normal(random));
  const labels = Uint8Array.from({ length: count }, (_, i) => {
    const at = (column: number) => values[i * columns + column];
    const margin = at(0) + 0.7 * at(1) * at(2) - Math.abs(at(3)) + 0.5 * at(4);
    return Number(random() < 1 / (1 + Math.exp(-margin)));
  });
  for (let i = 0; i < values.length; i++) if (i % columns < 12 && random() < 0.1) values[i] = NaN;
  return { x: matrix(count, columns, values), labels };
}

interface Turn extends Spent {
  readonly auc: number;
  readonly megabytes: number;
}

function ourTurn({ train, test, trees }: World, kind: Kind, seed: number): Turn {
  let fit: ForestFit | undefined;
  const spent = measure(() => (fit = kind.fit(train, { seed, classes: 2, trees })));
  if (!fit) throw new Error('expected a forest');
  const answers = predictProbability(fit.model, test.x).filter((_, i) => i % 2 === 1);
  return {
    ...spent,
    auc: auc(answers, test.labels),
    megabytes: process.memoryUsage().rss / 2 ** 20,
  };
}

const program = `
import json, resource, sys, time
import numpy as np, sklearn
from sklearn.ensemble import {kind} as Forest
folder, seed, trees, columns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), ${columns}
read = lambda name, kind: np.fromfile(folder + "/" + name, kind)
x, y = read("x", np.float64).reshape(-1, columns), read("y", np.uint8)
fresh = read("fresh", np.float64).reshape(-1, columns)
wall, cpu = time.perf_counter(), time.process_time()
model = Forest(trees, n_jobs=1, random_state=seed).fit(x, y)
cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
model.predict_proba(fresh)[:, 1].tofile(folder + "/answers")
print(json.dumps({"version": sklearn.__version__, "cpu": cpu, "wall": wall,
                  "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
`;

/** Null where there is no scikit-learn. */
function theirTurn(
  { folder, test, trees }: World,
  kind: Kind,
  seed: number,
): (Turn & { readonly version: string }) | null {
  const source = program.replace('{kind}', kind.theirs);
  const ran = spawnSync(
    process.env.PYTHON ?? 'python3',
    ['-c', source, folder, String(seed), String(trees)],
    {
      encoding: 'utf8',
    },
  );
  if (ran.status !== 0) return null;
  const bytes = readFileSync(join(folder, 'answers'));
  const answers = new Float64Array(new Uint8Array(bytes).buffer);
  return { ...JSON.parse(ran.stdout), auc: auc(answers, test.labels) };
}

const kinds = [
  { name: 'random forest', theirs: 'RandomForestClassifier', fit: fitForest },
  { name: 'extra trees', theirs: 'ExtraTreesClassifier', fit: fitExtraTrees },
] as const satisfies readonly {
  name: string;
  theirs: string;
  fit: (...args: Parameters<typeof fitForest>) => ForestFit;
}[];
type Kind = (typeof kinds)[number];

interface World {
  readonly folder: string;
  readonly train: ReturnType<typeof table>;
  readonly test: ReturnType<typeof table>;
  readonly trees: number;
}

/**
 * Fitting full trees on 30,000 × 50 numbers, ours and scikit-learn's in turn, one thread each, and the AUC on fresh rows. The
 * memory is that of the process.
 */
export function compareForests(names: readonly Kind['name'][], trees: number, turns: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'bench-forest-'));
  const [train, test] = [table(rows, 1), table(testRows, 2)];
  writeFileSync(join(folder, 'x'), Buffer.from(train.x.values.buffer));
  writeFileSync(join(folder, 'y'), train.labels);
  writeFileSync(join(folder, 'fresh'), Buffer.from(test.x.values.buffer));
  try {
    for (const kind of kinds)
      if (names.includes(kind.name)) compare({ folder, train, test, trees }, kind, turns);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compare(world: World, kind: Kind, turns: number): void {
  console.log(`${kind.name}: ${world.trees} trees, ${rows} × ${columns}, median of ${turns} turns`);
  const [ours, theirs]: [Turn[], Turn[]] = [[], []];
  let version = '';
  for (let turn = 0; turn < turns; turn++) {
    ours.push(ourTurn(world, kind, turn));
    const other = theirTurn(world, kind, turn);
    if (!other) continue;
    theirs.push(other);
    version = other.version;
  }
  report('Merito', ours);
  if (theirs.length === 0) {
    console.log(
      '  scikit-learn: skipped, needs python3 with version 1.4 or later, which takes missing values',
    );
    return;
  }
  report(`scikit-learn ${version}`, theirs);
  console.log(`  ratio ${ratios(medianSpent(ours), medianSpent(theirs))}`);
}

function report(name: string, all: readonly Turn[]): void {
  const { cpu, wall } = medianSpent(all);
  const area = all.reduce((sum, turn) => sum + turn.auc, 0) / all.length;
  const memory = Math.round(Math.max(...all.map((turn) => turn.megabytes)));
  console.log(
    `  ${name.padEnd(20)} ${cpu.toFixed(2)} s CPU, ${wall.toFixed(2)} s wall, mean AUC ${area.toFixed(4)}, ${memory} MB`,
  );
}
