import { column, highScore, sumOf } from '../history.ts';
import { type Look, type Measure, share, slope, total } from '../look.ts';
import { anyPast, atDay } from './windows.ts';

const fewestForSlope = 3;

export const scoreMeasures: readonly Measure[] = [
  {
    id: 'scores',
    family: 'score',
    unit: 'events',
    name: { it: 'Voti ricevuti', en: 'Marks received' },
    description: { it: 'Quanti voti hai ricevuto.', en: 'How many marks you got.' },
    good: 'neither',
    ...anyPast,
    compute: (look) => total(look, column.scoreCount),
  },
  {
    id: 'mean-score',
    family: 'score',
    unit: 'points',
    name: { it: 'Media dei voti', en: 'Average mark' },
    description: { it: 'La media dei tuoi voti, da 0 a 100.', en: 'The average of your marks, 0 to 100.' },
    good: 'high',
    ...anyPast,
    compute: (look) => share(total(look, column.scoreSum), total(look, column.scoreCount)),
  },
  {
    id: 'lowest-score',
    family: 'score',
    unit: 'points',
    name: { it: 'Voto più basso', en: 'Lowest mark' },
    description: { it: 'Il più basso dei tuoi voti, da 0 a 100.', en: 'The lowest of your marks, 0 to 100.' },
    good: 'high',
    ...anyPast,
    compute: lowestScore,
  },
  {
    id: 'last-score',
    family: 'score',
    unit: 'points',
    name: { it: 'Ultimo voto', en: 'Latest mark' },
    description: {
      it: 'Il voto più recente, da 0 a 100; la media, se nello stesso giorno ne hai avuti più d’uno.',
      en: 'Your newest mark, 0 to 100; the average if you got several on that day.',
    },
    good: 'high',
    ...atDay,
    compute: lastScore,
  },
  {
    id: 'score-slope',
    family: 'score',
    unit: 'points/week',
    name: { it: 'Andamento dei voti', en: 'Trend of marks' },
    description: {
      it: 'Di quanti punti alla settimana salgono (o scendono, se negativo) i tuoi voti.',
      en: 'By how many points a week your marks rise (or fall, if negative).',
    },
    good: 'high',
    ...anyPast,
    compute: scoreSlope,
  },
  {
    id: 'best-gain',
    family: 'score',
    unit: 'points',
    name: { it: 'Miglior salto', en: 'Best gain' },
    description: {
      it: 'Il maggior miglioramento da un voto a uno dei giorni dopo, in punti.',
      en: 'The greatest rise from one mark to one on a later day, in points.',
    },
    good: 'high',
    ...anyPast,
    compute: bestGain,
  },
  {
    id: 'high-score-share',
    family: 'score',
    unit: 'share',
    name: { it: 'Voti alti', en: 'High marks' },
    description: {
      it: `Quanta parte dei tuoi voti è di almeno ${highScore} su 100.`,
      en: `What share of your marks is at least ${highScore} of 100.`,
    },
    good: 'high',
    ...anyPast,
    compute: (look) => share(total(look, column.highScores), total(look, column.scoreCount)),
  },
];

/** Positions in the score list that lie in the window: [first, end). */
function scoreRange({ history, first, end }: Look): readonly [number, number] {
  return [sumOf(history, column.scoreRows, 0, first), sumOf(history, column.scoreRows, 0, end)];
}

function lowestScore(look: Look): number {
  const [first, end] = scoreRange(look);
  let lowest = NaN;
  for (let i = first; i < end; i++) {
    const value = look.history.scores.values[i];
    if (!(value >= lowest)) lowest = value;
  }
  return lowest;
}

function lastScore({ history, first, end }: Look): number {
  for (let i = end - 1; i >= first; i--) {
    const count = sumOf(history, column.scoreCount, i, i + 1);
    if (count > 0) return sumOf(history, column.scoreSum, i, i + 1) / count;
  }
  return NaN;
}

function scoreSlope(look: Look): number {
  if (total(look, column.scoreCount) < fewestForSlope) return NaN;
  const [first, end] = scoreRange(look);
  const { days, values, weights } = look.history.scores;
  const perDay = slope(
    Array.from(days.subarray(first, end)),
    Array.from(values.subarray(first, end)),
    Array.from(weights.subarray(first, end)),
  );
  return perDay * 7;
}

/** Each day's best against the lowest of the days before: one pass. */
function bestGain(look: Look): number {
  const [first, end] = scoreRange(look);
  const { days, values } = look.history.scores;
  let [best, lowest, lowestToday] = [-Infinity, Infinity, Infinity];
  for (let i = first; i < end; i++) {
    if (i > first && days[i] !== days[i - 1]) lowest = Math.min(lowest, lowestToday);
    lowestToday = i > first && days[i] === days[i - 1] ? Math.min(lowestToday, values[i]) : values[i];
    best = Math.max(best, values[i] - lowest);
  }
  return best === -Infinity ? NaN : best;
}
