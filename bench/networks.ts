import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { NeuralKernel } from '#lib/ml/neural/kernel.ts';
import { plainKernel } from '#lib/ml/neural/plain-kernel.ts';
import { neuralKernel } from '#lib/ml/neural/neural-kernel.ts';
import { simdKernel } from '#lib/ml/neural/simd-kernel.ts';
import {
  measure,
  median,
  medianSpent,
  type Python,
  ratios,
  type Spent,
  startPython,
} from './support/measure.ts';
import { type Contest, networkContests } from './support/networks.ts';

// Networks trained by our kernel and by PyTorch, on the same numbers and one thread each, in turn: seconds of CPU and by
// the clock an epoch, and how good the network became. `npm run bench:networks -- --rounds 5 --only bilstm,graph`; PYTHON
// names an interpreter with torch. SIMD that does not fuse products and sums trains once, the plain kernel one epoch, and
// neither with `--quick`.

const { values: told } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const rounds = Number(told.rounds);

interface Turn extends Spent {
  readonly score: number;
}

function trainOurs(contest: Contest, kernel: NeuralKernel, epochs: number, seed: number): Turn {
  const training = contest.begin(kernel, seed);
  const { cpu, wall } = measure(() => training.train(epochs));
  return { cpu: cpu / epochs, wall: wall / epochs, score: training.score() };
}

async function trainTheirs({ ask }: Python, { program, epochs }: Contest, seed: number): Promise<Turn> {
  const [cpu, wall, score] = await ask(`${program} ${epochs} ${seed}`);
  return { cpu: cpu / epochs, wall: wall / epochs, score };
}

function show(name: string, turns: readonly Turn[], scoreName: string): void {
  const { cpu, wall } = medianSpent(turns);
  const scores = median(turns.map(({ score }) => score));
  const seconds = `${cpu.toPrecision(3)} s CPU, ${wall.toPrecision(3)} s wall`;
  console.log(`  ${name.padEnd(14)} ${seconds.padEnd(30)} ${scoreName} ${scores.toFixed(4)}`);
}

async function compare(contest: Contest, folder: string, python: Python | null): Promise<void> {
  const { name, epochs, epochName = 'epoch', scoreName, files } = contest;
  for (const [file, values] of Object.entries(files))
    writeFileSync(join(folder, `${file}${values instanceof Int32Array ? '.int32' : ''}.bin`), values);
  console.log(`${name}, per ${epochName}, ${epochs} trained, median of ${rounds} rounds`);
  const [ours, theirs]: Turn[][] = [[], []];
  for (let round = 0; round < rounds; round++) {
    if (python) theirs.push(await trainTheirs(python, contest, round));
    ours.push(trainOurs(contest, neuralKernel(), epochs, round));
  }
  show('Merito', ours, scoreName);
  if (!told.quick) {
    show('not fused', [trainOurs(contest, simdKernel(), epochs, 0)], scoreName);
    show('plain kernel', [trainOurs(contest, plainKernel(), 1, 0)], `after one ${epochName}: ${scoreName}`);
  }
  if (!python) return;
  show(`PyTorch ${python.greeting.split('a')[0]}`, theirs, scoreName);
  console.log(`  ratio          ${ratios(medianSpent(ours), medianSpent(theirs))}`);
}

const contests = networkContests();
const programs = contests.map(({ program }) => program);
const wanted = told.only?.split(',') ?? programs;
if (!wanted.every((name) => programs.includes(name)))
  throw new RangeError(`--only: expected some of ${programs.join(', ')}, got ${wanted.join(', ')}`);
const folder = mkdtempSync(join(tmpdir(), 'bench-networks-'));
const program = readFileSync(join(import.meta.dirname, 'support/networks.py'), 'utf8');
const python = await startPython(program, folder);
if (!python) console.log('Python with torch is missing, our figures alone');
try {
  for (const contest of contests)
    if (wanted.includes(contest.program)) await compare(contest, folder, python);
} finally {
  python?.close();
  rmSync(folder, { recursive: true });
}
