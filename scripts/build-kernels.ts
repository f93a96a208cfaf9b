import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import asc from 'assemblyscript/asc';

// Compiles the AssemblyScript of the learning code to WebAssembly and writes it as base64 beside what runs it, so that
// neither the build nor a user needs the compiler.

const common = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--initialMemory', '1'];
const simd = ['--enable', 'simd'];

interface Source {
  /** Below lib/ml, without its ending. */
  readonly source: string;
  /** Of the file and the constant that get the bytes. */
  readonly name: string;
  /** The folder below lib/ml that gets the bytes. */
  readonly to: string;
  readonly options: readonly string[];
}

const sources: readonly Source[] = [
  // Training shares its memory between threads.
  {
    source: 'trees/assembly/kernel',
    name: 'kernel',
    to: 'trees/engine',
    options: [...simd, '--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'],
  },
  // Predicting must also run in browsers that share none, and that know no vectors.
  { source: 'trees/assembly/predict', name: 'predict', to: 'trees/engine', options: [] },
  { source: 'neural/assembly/neural', name: 'neural', to: 'neural', options: simd },
  // Node and newer browsers multiply and add in one instruction.
  {
    source: 'neural/assembly/neural',
    name: 'fused',
    to: 'neural',
    options: [...simd, '--enable', 'relaxed-simd'],
  },
];

export interface CompiledKernel {
  /** The TypeScript file that carries the bytes. */
  readonly path: string;
  readonly text: string;
}

/** @throws Error with the compiler's words when a file does not compile */
export async function compileKernels(): Promise<readonly CompiledKernel[]> {
  return Promise.all(sources.map(compile));
}

const learning = join(import.meta.dirname, '../src/lib/ml');

async function compile({ source, name, to, options }: Source): Promise<CompiledKernel> {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-'));
  const output = join(folder, 'kernel.wasm');
  const file = join(learning, `${source}.ts`);
  const { error, stderr } = await asc.main([
    ...[file, '--outFile', output, '--baseDir', '/', ...common, ...options],
  ]);
  if (error) throw new Error(`${source}: ${stderr.toString()}`, { cause: error });
  const code = readFileSync(output).toString('base64');
  rmSync(folder, { recursive: true });
  return { path: join(learning, to, `${name}-code.ts`), text: moduleText(basename(source), name, code) };
}

function moduleText(source: string, name: string, code: string): string {
  const lines = code.match(/.{1,100}/g) ?? [];
  const parts = lines.map((line) => `  '${line}',`).join('\n');
  return `// Made by \`npm run build:kernels\` from assembly/${source}.ts.\nexport const ${name}Code = [\n${parts}\n].join('');\n`;
}

if (import.meta.main) for (const { path, text } of await compileKernels()) writeFileSync(path, text);
