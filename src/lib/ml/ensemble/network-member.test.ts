import { describe, expect, it } from 'vitest';
import { matrix } from '../core/matrix.ts';
import { fitBilstm } from '../sequence/index.ts';
import { orderWorld } from '../sequence/toy-worlds.ts';
import { exclusiveOr } from '../trees/toy-worlds.ts';
import { fitBoosting, predictMargins } from '../trees/index.ts';
import { checkModel } from './model.ts';
import { type NetworkMember, withMoreColumns } from './network-member.ts';

const network: NetworkMember = {
  kind: 'network-member',
  version: 1,
  columns: 10,
  outputs: 1,
  layout: { first: 1, weeks: 4, channels: 2 },
  model: fitBilstm(orderWorld(20, 4, 1), { seed: 1, units: 4, epochs: 1 }),
};
const stackOf = (member: unknown) => ({
  kind: 'stack',
  version: 1,
  columns: 10,
  outputs: 1,
  names: ['bilstm'],
  members: [member],
  weights: Float64Array.of(1),
  bias: Float64Array.of(0),
});

describe('a network in a stack', () => {
  it('is let in when it is whole', () => {
    expect(checkModel(stackOf(network))).toEqual(stackOf(network));
  });

  it.each([
    [{ version: 2 }, 'expected a network member of version 1, got version 2'],
    [{ outputs: 2 }, 'expected one output'],
    [{ layout: { first: 1, weeks: 5, channels: 2 } }, 'expected 4 weeks of 2 channels, got 5 of 2'],
    [{ layout: { first: 3, weeks: 4, channels: 2 } }, 'expected weeks within 10 columns, got them up to 12'],
    [{ columns: 12 }, 'model.members[0]: expected 10 columns and 1 outputs, got 12 and 1'],
    [{ model: null }, 'expected a sequence model of version 1'],
  ])('is refused with its reason: %o', (change, message) => {
    expect(() => checkModel(stackOf({ ...network, ...change }))).toThrow(message);
  });
});

it('trees of fewer columns answer the same among more', () => {
  const { x, labels } = exclusiveOr(200, 1);
  const trees = fitBoosting({ x, labels }, { seed: 1, loss: 'logistic', rounds: 5, depth: 2 });
  const wide = new Float64Array(200 * (x.columns + 3)).fill(NaN);
  for (let row = 0; row < 200; row++)
    wide.set(x.values.subarray(row * x.columns, (row + 1) * x.columns), row * (x.columns + 3));
  const wider = withMoreColumns(trees, x.columns + 3);
  expect(predictMargins(wider, matrix(200, x.columns + 3, wide))).toEqual(predictMargins(trees, x));
});
