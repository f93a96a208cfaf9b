import { compareForests } from './support/grow-forests.ts';

// `node bench/forest.ts [turns]`; PYTHON names another interpreter.

compareForests(['random forest', 'extra trees'], 100, Number(process.argv[2] ?? 3));
