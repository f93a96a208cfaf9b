import type { Matrix } from '../../core/matrix.ts';
import { bordersOf, intervalsOf } from './borders.ts';
import type { Settings } from './options.ts';
import {
  nameOf,
  statisticBorder,
  statisticBorders,
  type Order,
  type Statistics,
  type StatisticSpec,
} from './statistics.ts';
import type { Candidate } from './candidate.ts';
import type { Choice } from './structure.ts';

/** What a test looks at. */
export type Source =
  | { readonly kind: 'number'; readonly column: number; readonly borders: Float64Array }
  | { readonly kind: 'codes'; readonly column: number; readonly codes: readonly number[] }
  | { readonly kind: 'statistic'; readonly spec: StatisticSpec };

export interface SplitColumns {
  readonly candidates: readonly Candidate<Source>[];
  /** Categorical columns with too many codes to compare one by one. */
  readonly counted: readonly number[];
}

/** Numbers become intervals and few codes one-hot tests; columns with one value are left out. */
export function splitColumns(x: Matrix, settings: Settings): SplitColumns {
  const candidates: Candidate<Source>[] = [];
  const counted: number[] = [];
  for (let column = 0; column < x.columns; column++) {
    if (!settings.categorical.includes(column)) {
      const borders = bordersOf(x, column, settings.borders);
      if (borders.length > 0) candidates.push(numberCandidate(x, column, borders));
      continue;
    }
    const codes = codesOf(x, column);
    if (codes.length > settings.oneHotMax) counted.push(column);
    else if (codes.length > 1) candidates.push(codesCandidate(x, column, codes));
  }
  return { candidates, counted };
}

function numberCandidate(x: Matrix, column: number, borders: Float64Array): Candidate<Source> {
  const bins = intervalsOf(x, column, borders);
  const source = { kind: 'number', column, borders } as const;
  return { source, bins, size: borders.length + 1, isEqual: false, factor: 1 };
}

function codesCandidate(x: Matrix, column: number, codes: readonly number[]): Candidate<Source> {
  const place = new Map(codes.map((code, i) => [code, i]));
  const bins = Uint8Array.from(
    { length: x.rows },
    (_, row) => place.get(x.values[row * x.columns + column]) ?? 0,
  );
  return { source: { kind: 'codes', column, codes }, bins, size: codes.length, isEqual: true, factor: 1 };
}

/** In the order of first appearance. */
function codesOf(x: Matrix, column: number): number[] {
  const codes = new Set<number>();
  for (let row = 0; row < x.rows; row++) codes.add(x.values[row * x.columns + column]);
  return [...codes];
}

export interface StatisticCandidates {
  /** Statistics of single columns and of the combinations that the tests so far lead to. */
  offered(choices: readonly Choice<Source>[], order: Order): Candidate<Source>[];
  /** New to the model no more, so its size is not held against it. */
  markUsed(spec: StatisticSpec): void;
}

export function statisticCandidates(
  counted: readonly number[],
  targets: number,
  statistics: Statistics,
  settings: Settings,
): StatisticCandidates {
  const used = new Set<string>();
  return {
    markUsed: (spec) => void used.add(nameOf(spec)),
    offered: (choices, order) => {
      const sets = [
        ...counted.map((column) => [column]),
        ...combinations(counted, choices, settings.mostCombined),
      ];
      const largest = Math.max(...sets.map((set) => statistics.groupsOf(set)));
      return sets
        .flatMap((sources) => specsOf(sources, targets, settings))
        .map((spec) => {
          const size = statistics.groupsOf(spec.sources) / largest;
          const factor = used.has(nameOf(spec)) ? 1 : (1 + size) ** -settings.sizePenalty;
          const bins = statistics.binsOf(spec, order);
          return {
            source: { kind: 'statistic', spec },
            bins,
            size: statisticBorders + 1,
            isEqual: false,
            factor,
          };
        });
    },
  };
}

function specsOf(sources: readonly number[], targets: number, settings: Settings): StatisticSpec[] {
  const specs: StatisticSpec[] = [];
  for (let target = 0; target < targets; target++)
    for (const prior of settings.priors) specs.push({ sources, kind: 'target', prior, target });
  if (settings.counter) specs.push({ sources, kind: 'counter', prior: 0, target: 0 });
  return specs;
}

/** The categorical columns of each test so far, with each other counted column. */
function combinations(
  counted: readonly number[],
  choices: readonly Choice<Source>[],
  most: number,
): number[][] {
  const found = new Map<string, number[]>();
  for (const { candidate } of choices) {
    const base = sourcesOf(candidate.source);
    if (base.length === 0 || base.length >= most) continue;
    for (const column of counted) {
      if (base.includes(column)) continue;
      const sources = [...base, column].sort((a, b) => a - b);
      found.set(sources.join(' '), sources);
    }
  }
  return [...found.values()];
}

function sourcesOf(source: Source): readonly number[] {
  if (source.kind === 'number') return [];
  return source.kind === 'codes' ? [source.column] : source.spec.sources;
}

/** The border of a test on numbers or statistics: greater values pass. */
export function borderOf(source: Exclude<Source, { kind: 'codes' }>, bin: number): number {
  return source.kind === 'number' ? source.borders[bin] : statisticBorder(bin);
}
