import { codesOf } from '#lib/domain/badges/design-codes.ts';
import type { EmblemDesign } from '#lib/domain/badges/house-style.ts';
import { between, invert } from '#lib/ml/generate/index.ts';
import { type DesignSpace, type Proposal, proposalsAt } from './proposals.ts';

/** A design put aside. */
export interface Pin {
  /** The codes, joined: designs that look the same are one pin. */
  readonly key: string;
  readonly design: EmblemDesign;
  /** Where it was found; null for one made or changed by hand, whose place is searched when it is mixed. */
  readonly point: Float32Array | null;
}

export function keyOf(design: EmblemDesign): string {
  return codesOf(design).join();
}

const stops = 15;
const search = { seed: 11, starts: 400, rounds: 14 } as const;

/** The designs on the way from one pin to the other, without the two themselves. */
export function mixOf(space: DesignSpace, one: Pin, other: Pin): readonly Proposal[] {
  const way = between(placeOf(space, one), placeOf(space, other), stops);
  const met = new Map(proposalsAt(space, way).map((proposal) => [keyOf(proposal.design), proposal]));
  met.delete(one.key);
  met.delete(other.key);
  return [...met.values()];
}

function placeOf(space: DesignSpace, { design, point }: Pin): Float32Array {
  return point ?? invert(space, codesOf(design), search).point;
}
