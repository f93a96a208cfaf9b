import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matrix, type Matrix } from '#lib/ml/core/matrix.ts';

type Numbers = readonly number[];
/** Null stands for NaN. */
type Cells = readonly (number | null)[];

export interface GoldenInteractions {
  readonly rows: number;
  readonly columns: number;
  readonly x: Cells;
  readonly cases: Readonly<
    Record<string, { readonly model: string; readonly contributions: Numbers; readonly interactions: Numbers }>
  >;
}

interface GoldenShapley {
  readonly columns: number;
  readonly background: Cells;
  readonly x: Cells;
  readonly base: number;
  readonly contributions: Numbers;
}

export interface GoldenExplain {
  readonly interventional: GoldenShapley & { readonly model: string };
  readonly shapley: GoldenShapley;
  readonly dependence: {
    readonly model: string;
    readonly columns: number;
    readonly x: Cells;
    readonly grid: Numbers;
    readonly average: Numbers;
    /** Rows × grid. */
    readonly individual: Numbers;
  };
  readonly ridge: {
    readonly columns: number;
    readonly z: Numbers;
    readonly y: Numbers;
    readonly weights: Numbers;
    readonly coefficients: Numbers;
    readonly intercept: number;
    readonly r2: number;
  };
}

export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8')) as T;
}

export function matrixOf(columns: number, values: Cells): Matrix {
  return matrix(
    values.length / columns,
    columns,
    Float64Array.from(values, (value) => value ?? NaN),
  );
}
