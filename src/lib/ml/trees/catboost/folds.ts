import { integerBelow, type Random } from '../../core/random.ts';
import type { Targets } from './objective.ts';
import type { CheckedData, Settings } from './options.ts';
import type { Order } from './statistics.ts';

/**
 * The first rows of an order with margins of their own. Leaf values come from the body and move body and tail, so margins of
 * tail rows never knew their labels. Arrays follow `rows`.
 */
export interface Segment extends Targets {
  readonly rows: Uint32Array;
  readonly body: number;
}

/** One order of the rows. */
export interface Fold {
  readonly order: Order;
  readonly segments: readonly Segment[];
}

export interface Folds {
  /** Structures are sought on one of these, drawn anew for each tree. */
  readonly learning: readonly Fold[];
  /** Leaf values come from here. */
  readonly final: Fold;
}

/**
 * Orders are drawn only where they matter: for statistics and for ordered boosting.
 * @param hasStatistics whether rows are read in order for target statistics
 */
export function drawFolds(
  train: CheckedData,
  start: Float64Array,
  settings: Settings,
  hasStatistics: boolean,
  random: Random,
): Folds {
  const isOrdered = settings.boosting === 'ordered';
  const natural = Uint32Array.from({ length: train.x.rows }, (_, row) => row);
  const foldOf = (id: number, hasSegments: boolean): Fold => {
    const rows = settings.permutation ? Uint32Array.from(settings.permutation) : shuffled(natural, random);
    const ends = hasSegments ? segmentEnds(rows.length, settings.foldGrowth) : [];
    const segments = ends.map(([body, tail]) => segmentOf(train, start, rows.subarray(0, tail), body));
    return {
      order: { id, rows },
      segments: hasSegments ? segments : [segmentOf(train, start, natural, natural.length)],
    };
  };
  if (!isOrdered && !hasStatistics) {
    const final: Fold = {
      order: { id: 0, rows: natural },
      segments: [segmentOf(train, start, natural, natural.length)],
    };
    return { learning: [final], final };
  }
  const count = settings.permutation ? 1 : Math.max(1, settings.permutations - 1);
  const learning = Array.from({ length: count }, (_, id) => foldOf(id, isOrdered));
  return { learning, final: foldOf(count, false) };
}

/** Ends of body and tail: each tail is the next body, `growth` times as long. */
function segmentEnds(rows: number, growth: number): [body: number, tail: number][] {
  const ends: [number, number][] = [];
  let body = rows > 500 ? Math.min(100, Math.floor(rows / 50)) : 1;
  do {
    const tail = Math.min(rows, Math.max(body + 1, Math.ceil(body * growth)));
    ends.push([Math.min(body, rows), tail]);
    body = tail;
  } while (body < rows);
  return ends;
}

function segmentOf(train: CheckedData, start: Float64Array, rows: Uint32Array, body: number): Segment {
  const margins = new Float64Array(rows.length * start.length);
  for (let i = 0; i < margins.length; i++) margins[i] = start[i % start.length];
  return {
    rows,
    body,
    margins,
    labels: Float64Array.from(rows, (row) => train.labels[row]),
    weights: Float64Array.from(rows, (row) => train.weights[row]),
  };
}

/** Fisher and Yates. */
function shuffled(rows: Uint32Array, random: Random): Uint32Array {
  const order = rows.slice();
  for (let i = 1; i < order.length; i++) {
    const other = integerBelow(random, i + 1);
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}
