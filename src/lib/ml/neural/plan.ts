import { planLayer } from './layers/index.ts';
import { expectWhole } from './layers/checks.ts';
import type { LayerPlan, RowShape } from './layers/kind.ts';
import type { NetworkModel } from './model.ts';

/** A network without weights. */
export type NetworkSpec = Pick<NetworkModel, 'inputWidth' | 'steps' | 'layers'>;

export interface NetworkPlan {
  /** What goes into each layer. */
  readonly inputs: readonly RowShape[];
  readonly layers: readonly LayerPlan[];
  readonly output: RowShape;
  /** Numbers in all parameters together. */
  readonly weights: number;
}

/** Follows the rows through the layers. @throws RangeError that names the layer whose numbers cannot be */
export function planNetwork({ inputWidth, steps, layers: specs }: NetworkSpec): NetworkPlan {
  expectWhole('inputWidth', inputWidth, 1);
  expectWhole('steps', steps, 1);
  if (specs.length === 0) throw new RangeError('layers: expected one or more, got none');
  const inputs: RowShape[] = [];
  const layers: LayerPlan[] = [];
  let rows: RowShape = { width: inputWidth, steps };
  for (const [index, spec] of specs.entries()) {
    inputs.push(rows);
    layers.push(named(`layers[${index}]`, () => planLayer(spec, rows)));
    rows = layers[index].output;
  }
  const weights = layers.flatMap(({ parameters }) => parameters).reduce((sum, p) => sum + sizeOf(p.shape), 0);
  return { inputs, layers, output: rows, weights };
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function named<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}
