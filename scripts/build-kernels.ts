import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import asc from 'assemblyscript/asc';

// Compiles each AssemblyScript file of ml/trees/assembly to WebAssembly and writes it as base64 beside the engine, so that
// neither the build nor a user needs the compiler.

const assembly = join(import.meta.dirname, '../src/lib/ml/trees/assembly');
const engine = join(import.meta.dirname, '../src/lib/ml/trees/engine');

const common = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--initialMemory', '1'];

// Training shares its memory between threads. Predicting must also run in browsers that share none.
const shared = ['--enable', 'simd', '--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];
const optionsOf: Readonly<Record<string, readonly string[]>> = { kernel: shared };

export interface CompiledKernel {
  /** The TypeScript file that carries the bytes. */
  readonly path: string;
  readonly text: string;
}

/** @throws Error with the compiler's words when a file does not compile */
export async function compileKernels(): Promise<readonly CompiledKernel[]> {
  const names = readdirSync(assembly).filter((name) => name.endsWith('.ts'));
  return Promise.all(names.sort().map((name) => compile(basename(name, '.ts'))));
}

async function compile(name: string): Promise<CompiledKernel> {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-'));
  const output = join(folder, 'kernel.wasm');
  const source = join(assembly, `${name}.ts`);
  const options = [...common, ...(optionsOf[name] ?? [])];
  const { error, stderr } = await asc.main([source, '--outFile', output, '--baseDir', '/', ...options]);
  if (error) throw new Error(`${name}: ${stderr.toString()}`, { cause: error });
  const code = readFileSync(output).toString('base64');
  rmSync(folder, { recursive: true });
  return { path: join(engine, `${name}-code.ts`), text: moduleText(name, code) };
}

function moduleText(name: string, code: string): string {
  const lines = code.match(/.{1,100}/g) ?? [];
  const parts = lines.map((line) => `  '${line}',`).join('\n');
  return `// Made by \`npm run build:kernels\` from assembly/${name}.ts.\nexport const ${name}Code = [\n${parts}\n].join('');\n`;
}

if (import.meta.main) for (const { path, text } of await compileKernels()) writeFileSync(path, text);
