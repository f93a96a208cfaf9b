import { compareExplanations } from './support/explain-trees.ts';

// `node bench/explain.ts [turns]`; PYTHON names another interpreter.

await compareExplanations(['depth', 'leaf'], Number(process.argv[2] ?? 5), true);
