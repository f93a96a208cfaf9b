import { comparePrediction } from './support/predict-trees.ts';

// `node bench/predict.ts [turns]`; PYTHON names another interpreter.

await comparePrediction(['depth', 'leaf'], Number(process.argv[2] ?? 15));
