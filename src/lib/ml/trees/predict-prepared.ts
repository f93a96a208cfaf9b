import { matrix, type Matrix } from '../core/matrix.ts';
import { checkMatrix } from './checks.ts';
import type { TreeModel } from './model.ts';
import { addPacked, type PackedTrees, packTrees } from './predict-packed.ts';
import { addPlain, emptySums, type Sums } from './predict-plain.ts';
import { widen } from './target-statistics.ts';
import { treeCount } from './trees.ts';

/** Answers rows by one model, prepared once. */
export interface Predictor {
  /** What the trees sum up to, rows × outputs, row-major. @throws RangeError when `x` is not a table the model can read */
  margins(x: Matrix): Float64Array;
}

const known = new WeakMap<TreeModel, Predictor>();

/** The predictor of a model, made at the first call and kept as long as the model. */
export function predictorOf(model: TreeModel): Predictor {
  const predictor = known.get(model) ?? preparePredictor(model);
  known.set(model, predictor);
  return predictor;
}

// About 8 rows of 100 trees: below this many walks, setting up the fast path takes longer than it saves.
const leastWalks = 800;
// Derived columns are computed for so many rows at a time, which bounds their memory.
const rowsWidened = 8_192;

/**
 * Many rows go through WebAssembly where the model allows it, few rows and other models through a plain walk; the answers
 * are the same to the bit. Trees are packed at the first call that needs them.
 */
export function preparePredictor(model: TreeModel): Predictor {
  let packed: PackedTrees | null | undefined;
  const addTrees = (sums: Sums, x: Matrix): void => {
    if (model.kind === 'boosting' && x.rows * treeCount(model.trees) >= leastWalks) {
      packed = packed === undefined ? packTrees(model) : packed;
      if (packed && addPacked(sums, packed, x, model.outputs)) return;
    }
    addPlain(sums, model, x);
  };
  return {
    margins: (x) => {
      checkMatrix('x', x, model.columns);
      const sums = emptySums(model, x.rows);
      if (model.kind === 'forest' || !model.statistics) addTrees(sums, x);
      else {
        for (let from = 0; from < x.rows; from += rowsWidened) {
          const to = Math.min(from + rowsWidened, x.rows);
          const part = sums.subarray(from * model.outputs, to * model.outputs);
          addTrees(part, widen(rowsOf(x, from, to), model.statistics));
        }
      }
      return sums instanceof Float64Array ? sums : Float64Array.from(sums);
    },
  };
}

function rowsOf({ columns, values }: Matrix, from: number, to: number): Matrix {
  return matrix(to - from, columns, values.subarray(from * columns, to * columns));
}
