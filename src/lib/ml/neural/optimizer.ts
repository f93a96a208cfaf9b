import type { Arena } from './arena.ts';
import type { Address } from './kernel.ts';
import { expectShare } from './layers/checks.ts';
import type { ParameterBlock } from './network.ts';

export interface OptimizerOptions {
  /** `adamw` also takes rate × `decay` off each parameter a step. */
  readonly kind: 'adam' | 'adamw';
  readonly rate: number;
  /** .9 unless told. */
  readonly beta1?: number;
  /** .999 unless told. */
  readonly beta2?: number;
  /** 1e-8 unless told. */
  readonly epsilon?: number;
  /** Of `adamw`, .01 unless told. */
  readonly decay?: number;
  /** The longest a gradient of all parameters together may be; a longer one is shortened. No bound unless told. */
  readonly clip?: number;
}

/**
 * Adam, with decoupled decay when asked.
 * @see Kingma and Ba 2015, Adam: a method for stochastic optimization, algorithm 1
 * @see Loshchilov and Hutter 2019, Decoupled weight decay regularization, algorithm 2
 */
export class Optimizer {
  readonly #arena: Arena;
  readonly #block: ParameterBlock;
  readonly #options: Required<Omit<OptimizerOptions, 'kind'>>;
  readonly #first: Address;
  readonly #second: Address;
  #steps = 0;

  /** @throws RangeError for a rate, a beta, an epsilon, a decay or a bound outside its range */
  constructor(arena: Arena, block: ParameterBlock, options: OptimizerOptions) {
    const { kind, rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, clip = Infinity } = options;
    const decay = kind === 'adamw' ? (options.decay ?? 0.01) : 0;
    expectAboveZero('rate', rate);
    expectShare('beta1', beta1);
    expectShare('beta2', beta2);
    expectAboveZero('epsilon', epsilon);
    expectShare('rate × decay', rate * decay);
    expectAboveZero('clip', clip);
    this.#arena = arena;
    this.#block = block;
    this.#options = { rate, beta1, beta2, epsilon, decay, clip };
    this.#first = arena.allocate(block.count);
    this.#second = arena.allocate(block.count);
  }

  /**
   * Moves the parameters against their gradients, and clears these. `factor` scales the rate for this step.
   * @returns the length of the gradient before it was shortened
   */
  step(factor = 1): number {
    const { at, gradient, count } = this.#block;
    const { kernel } = this.#arena;
    const { rate, beta1, beta2, epsilon, decay, clip } = this.#options;
    const length = Math.sqrt(kernel.sumOfSquares(gradient, count));
    if (length > clip) kernel.scale(gradient, count, clip / length);
    this.#steps++;
    // m̂ / (√v̂ + ε) written for the raw moments: both corrections go into the rate, and one into ε.
    const firstCorrection = 1 - beta1 ** this.#steps;
    const secondCorrection = Math.sqrt(1 - beta2 ** this.#steps);
    kernel.adam(
      at,
      gradient,
      this.#first,
      this.#second,
      count,
      (factor * rate * secondCorrection) / firstCorrection,
      beta1,
      beta2,
      epsilon * secondCorrection,
      factor * rate * decay,
    );
    kernel.clear(gradient, count);
    return length;
  }
}

function expectAboveZero(name: string, value: number): void {
  if (value > 0) return;
  throw new RangeError(`${name}: expected above 0, got ${value}`);
}
