import { codesOf, designOf } from '#lib/domain/badges/design-codes.ts';
import { emblemDistance, leastEmblemDistance } from '#lib/domain/badges/emblem.ts';
import type { EmblemDesign } from '#lib/domain/badges/house-style.ts';
import { chosenCodes, type Decode, drawPoints, oneHotRows } from '#lib/ml/generate/index.ts';

/** What the trained pair says of the space of designs, however it is run. */
export interface DesignSpace {
  readonly latent: number;
  readonly blocks: readonly number[];
  /** Unit vectors along which designs change most, the strongest first. */
  readonly axes: readonly (readonly number[])[];
  /** Of each axis, the attributes that it changes most. */
  readonly changes: readonly (readonly string[])[];
  readonly decode: Decode;
  /** One-hot rows → log odds of being in the house style. */
  readonly judge: (rows: Float32Array) => Float32Array;
  /** Scores below which a tenth of the house's own held-out designs lie, and below which half of them do. */
  readonly style: StyleScale;
}

export interface StyleScale {
  readonly tenth: number;
  readonly half: number;
}

export interface Proposal {
  readonly design: EmblemDesign;
  readonly point: Float32Array;
  /** 0 to 1: how much the discriminator takes it for one of the house. */
  readonly score: number;
}

/** Where the walker stands: a place off the axes, and how far along each. */
export interface Place {
  /** Seeds what the axes do not say. */
  readonly seed: number;
  readonly along: readonly number[];
}

export function pointAt({ latent, axes }: DesignSpace, { seed, along }: Place): Float32Array {
  const point = Float32Array.from(drawPoints(1, latent, seed));
  for (const [index, axis] of axes.entries()) {
    const standing = axis.reduce((sum, value, i) => sum + value * point[i], 0);
    for (let i = 0; i < latent; i++) point[i] += ((along[index] ?? 0) - standing) * axis[i];
  }
  return point;
}

const scattered = 96;
const scatterSeed = 17;
const reach = 0.9;

/**
 * Designs about a point, its own first: each in the house style where there are enough, and no two so alike that they would
 * be taken for one another. The same point gives the same wall.
 */
export function proposalsAbout(space: DesignSpace, point: Float32Array, count: number): readonly Proposal[] {
  const offsets = drawPoints(scattered, space.latent, scatterSeed);
  const points = offsets.map((offset, i) => point[i % space.latent] + reach * offset);
  const [own] = proposalsAt(space, point);
  const around = proposalsAt(space, points);
  const styled = around.filter(({ score }) => score >= space.style.tenth);
  return apart([own, ...styled, ...around], count);
}

/** What the generator gives at points, one after another. */
export function proposalsAt(space: DesignSpace, points: Float32Array): readonly Proposal[] {
  const codes = chosenCodes(space.decode(points), space.blocks);
  const designs = Array.from({ length: points.length / space.latent }, (_, i) =>
    designOf(codes.subarray(i * space.blocks.length, (i + 1) * space.blocks.length)),
  );
  const scores = styleScores(space, designs);
  return designs.map((design, i) => ({
    design,
    point: points.slice(i * space.latent, (i + 1) * space.latent),
    score: scores[i],
  }));
}

/** 0 to 1 for each design. */
export function styleScores(space: DesignSpace, designs: readonly EmblemDesign[]): readonly number[] {
  const logOdds = space.judge(oneHotRows(designs.flatMap(codesOf), space.blocks));
  return Array.from(logOdds, (odds) => 1 / (1 + Math.exp(-odds)));
}

/** The first ones that are far enough from all before; where there are too few, the first that are not the same. */
function apart(proposals: readonly Proposal[], count: number): readonly Proposal[] {
  const chosen: Proposal[] = [];
  for (const least of [leastEmblemDistance, 1e-9]) {
    for (const proposal of proposals) {
      if (chosen.length === count) return chosen;
      const nearest = nearestOf(
        proposal.design,
        chosen.map(({ design }) => design),
      );
      if (nearest >= least) chosen.push(proposal);
    }
  }
  return chosen;
}

function nearestOf({ emblem }: EmblemDesign, others: readonly EmblemDesign[]): number {
  return Math.min(1, ...others.map((other) => emblemDistance(emblem, other.emblem)));
}

export type StyleWord = 'strong' | 'good' | 'weak' | 'none';

/** In words: as good as half of the house's own designs, as a tenth of them, half of that, or less. */
export function styleWord(score: number, { tenth, half }: StyleScale): StyleWord {
  if (score >= half) return 'strong';
  if (score >= tenth) return 'good';
  return score >= tenth / 2 ? 'weak' : 'none';
}
