import { missingCode } from './columns.ts';
import { type BestCut, purities, type Tally, type TallySource, valuesIn } from './tally.ts';

// One double holds drawn rows in its low 26 bits and those of class 1 above them, so a row costs one addition.
const unit = 2 ** 26;

/** Two classes, every row of weight 1: the fastest tally. */
export function pairTally({ settings, labels, drawn }: TallySource): Tally {
  const { minLeaf, criterion } = settings;
  const purity = purities[criterion];
  const packed = new Float64Array(labels.length);
  const histogram = new Float64Array(256);
  let [count, positives] = [0, 0];

  const purityOf = (ones: number, rows: number) => purity(ones, rows) + purity(rows - ones, rows);

  const scan = (best: BestCut, order: Uint8Array, from: number, end: number, missingLeft: boolean) => {
    const parent = purityOf(positives, count);
    let sum = missingLeft ? histogram[missingCode] : 0;
    for (let place = from; place < end; place++) {
      sum += histogram[order[place]];
      const leftOnes = Math.floor(sum / unit);
      const left = sum - leftOnes * unit;
      const right = count - left;
      if (left < minLeaf) continue;
      if (right < minLeaf) return;
      const gain = purityOf(leftOnes, left) + purityOf(positives - leftOnes, right) - parent;
      if (gain <= best.gain) continue;
      best.gain = gain;
      best.place = place;
      best.missingLeft = missingLeft;
      best.leftShare = left / count;
    }
  };

  return {
    open: (rows, from, to) => {
      let sum = 0;
      for (let k = from; k < to; k++) {
        const row = rows[k];
        const own = drawn[row] * (1 + labels[row] * unit);
        packed[k - from] = own;
        sum += own;
      }
      positives = Math.floor(sum / unit);
      count = sum - positives * unit;
    },
    drawnRows: () => count,
    weight: () => count,
    isPure: () => positives === 0 || positives === count,
    answer: (position) => (position === 1 ? positives : count - positives) / count,
    improve: (best, codes, size, order, present) => {
      for (let k = 0; k < size; k++) histogram[codes[k]] += packed[k];
      const values = valuesIn(order, present);
      scan(best, order, 0, present - 1, false);
      if (values < present) scan(best, order, 0, values - 1, true);
      for (let place = 0; place < present; place++) histogram[order[place]] = 0;
    },
  };
}
