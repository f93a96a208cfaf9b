import type { Arena } from '../arena.ts';
import { type Address, attentionScratch } from '../kernel.ts';
import type { BatchShape, Layer, Parameter } from '../layer.ts';
import { expectEqual, expectShare, expectWhole } from './checks.ts';
import { DenseLayer, densePlan } from './dense.ts';
import { DropoutLayer } from './dropout.ts';
import type { LayerKind, LayerSite, SpecOf } from './kind.ts';
import { LayerNormLayer, layerNormPlan } from './layer-norm.ts';

/**
 * An encoder block, norm after: rows + dropout(attention of all heads, projected), normed; then that + dropout(feed-forward
 * with relu and dropout inside), normed. Steps past an example's length are attended to by none, answer 0 and get no
 * gradient.
 * @see Vaswani et al. 2017, Attention is all you need, section 3.1
 */
export class AttentionBlock implements Layer {
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly parameters: readonly Parameter[];
  readonly #arena: Arena;
  readonly #attention: Attention;
  readonly #projection: DenseLayer;
  readonly #attentionDropout: DropoutLayer;
  readonly #attentionNorm: LayerNormLayer;
  readonly #widen: DenseLayer;
  readonly #hiddenDropout: DropoutLayer;
  readonly #narrow: DenseLayer;
  readonly #narrowDropout: DropoutLayer;
  readonly #outputNorm: LayerNormLayer;
  /** The gradient that goes around a branch while another goes through it. */
  readonly #around: Address;

  constructor({ heads, hidden, dropout }: SpecOf<'attention-block'>, site: LayerSite) {
    const { arena, largestBatch, input, parameters, random } = site;
    const rows = largestBatch * input.steps;
    const part = (from: number) => parameters.slice(from, from + 2);
    const dropped = (width: number) => new DropoutLayer(arena, rows, width, dropout, random);
    this.inputWidth = input.width;
    this.outputWidth = input.width;
    this.parameters = parameters;
    this.#arena = arena;
    this.#attention = new Attention(site, heads, part(0));
    this.#projection = new DenseLayer(arena, rows, part(2), 'linear');
    this.#attentionDropout = dropped(input.width);
    this.#attentionNorm = new LayerNormLayer(arena, rows, part(4));
    this.#widen = new DenseLayer(arena, rows, part(6), 'relu');
    this.#hiddenDropout = dropped(hidden);
    this.#narrow = new DenseLayer(arena, rows, part(8), 'linear');
    this.#narrowDropout = dropped(input.width);
    this.#outputNorm = new LayerNormLayer(arena, rows, part(10));
    this.#around = arena.allocate(rows * input.width);
  }

  forward(input: Address, shape: BatchShape): Address {
    const attended = this.#projection.forward(this.#attention.forward(input, shape), shape);
    const first = this.#attentionDropout.forward(attended, shape);
    this.#add(first, input, shape);
    const middle = this.#attentionNorm.forward(first, shape);
    const hidden = this.#hiddenDropout.forward(this.#widen.forward(middle, shape), shape);
    const second = this.#narrowDropout.forward(this.#narrow.forward(hidden, shape), shape);
    this.#add(second, middle, shape);
    const output = this.#outputNorm.forward(second, shape);
    clearPadding(this.#arena, output, shape, this.outputWidth);
    return output;
  }

  backward(gradient: Address, shape: BatchShape, needsInput: boolean): Address {
    const { kernel } = this.#arena;
    const count = shape.batch * shape.steps * this.inputWidth;
    clearPadding(this.#arena, gradient, shape, this.outputWidth);
    const second = this.#outputNorm.backward(gradient, shape);
    kernel.copy(this.#around, second, count);
    const hidden = this.#narrow.backward(this.#narrowDropout.backward(second, shape), shape, true);
    const middle = this.#widen.backward(this.#hiddenDropout.backward(hidden, shape), shape, true);
    this.#add(this.#around, middle, shape);
    const first = this.#attentionNorm.backward(this.#around, shape);
    kernel.copy(this.#around, first, count);
    const attended = this.#projection.backward(this.#attentionDropout.backward(first, shape), shape, true);
    const input = this.#attention.backward(attended, shape, needsInput);
    if (needsInput) this.#add(this.#around, input, shape);
    return this.#around;
  }

  stepsAfter(steps: number): number {
    return steps;
  }

  /** Of the last `forward`: see `Attention.shares`. */
  attentionShares(lengths: Int32Array, steps: number): Float64Array {
    return this.#attention.shares(lengths, steps);
  }

  #add(out: Address, rows: Address, { batch, steps }: BatchShape): void {
    this.#arena.kernel.add(out, rows, batch * steps * this.inputWidth, 1);
  }
}

/** Queries, keys and values of all heads, and the values mixed by how well keys answer queries. */
class Attention {
  readonly #arena: Arena;
  readonly #heads: number;
  readonly #width: number;
  readonly #project: DenseLayer;
  readonly #weights: Address;
  readonly #mixed: Address;
  readonly #gradient: Address;
  readonly #scratch: Address;
  /** Queries, keys and values of the last `forward`. */
  #projected: Address = 0;

  constructor({ arena, largestBatch, input }: LayerSite, heads: number, parameters: readonly Parameter[]) {
    const { width, steps } = input;
    const rows = largestBatch * steps;
    this.#arena = arena;
    this.#heads = heads;
    this.#width = width;
    this.#project = new DenseLayer(arena, rows, parameters, 'linear');
    this.#weights = arena.allocate(largestBatch * heads * steps * steps);
    this.#mixed = arena.allocate(rows * width);
    this.#gradient = arena.allocate(rows * 3 * width);
    this.#scratch = arena.allocate(attentionScratch(steps, width / heads));
  }

  forward(input: Address, shape: BatchShape): Address {
    this.#projected = this.#project.forward(input, shape);
    this.#arena.kernel.attentionForward(
      this.#projected,
      this.#weights,
      this.#mixed,
      shape.lengths,
      this.#scratch,
      shape.batch,
      shape.steps,
      this.#heads,
      this.#width / this.#heads,
    );
    return this.#mixed;
  }

  backward(gradient: Address, shape: BatchShape, needsInput: boolean): Address {
    this.#arena.kernel.attentionBack(
      this.#gradient,
      this.#projected,
      this.#weights,
      gradient,
      shape.lengths,
      this.#scratch,
      shape.batch,
      shape.steps,
      this.#heads,
      this.#width / this.#heads,
    );
    return this.#project.backward(this.#gradient, shape, needsInput);
  }

  /**
   * How much of each example's attention went to each of its steps: examples × steps, the mean over heads and real queries, 0
   * past the length; each example's shares sum to 1.
   * @param lengths of the examples of the last `forward`
   */
  shares(lengths: Int32Array, steps: number): Float64Array {
    const [batch, heads] = [lengths.length, this.#heads];
    const weights = this.#arena.floats(this.#weights, batch * heads * steps * steps);
    const shares = new Float64Array(batch * steps);
    for (let row = 0; row < batch * heads * steps; row++) {
      const example = Math.floor(row / (heads * steps));
      if (row % steps >= lengths[example]) continue;
      const share = 1 / (heads * lengths[example]);
      for (let key = 0; key < steps; key++)
        shares[example * steps + key] += share * weights[row * steps + key];
    }
    return shares;
  }
}

function clearPadding(
  arena: Arena,
  rows: Address,
  { batch, steps, lengths }: BatchShape,
  width: number,
): void {
  const lengthOf = arena.integers(lengths, batch);
  const all = arena.floats(rows, batch * steps * width);
  for (let example = 0; example < batch; example++)
    all.fill(0, (example * steps + lengthOf[example]) * width, (example + 1) * steps * width);
}

/**
 * Parameters: `attention-` kernel (width × 3 width: queries, keys, values, each head after head) and bias, `projection-`
 * kernel and bias, `attention-norm-` gain and shift, `widen-` and `narrow-` kernels and biases, `output-norm-` gain and
 * shift.
 */
export const attentionBlock: LayerKind<SpecOf<'attention-block'>> = {
  plan({ heads, hidden, dropout }, input) {
    const { width } = input;
    expectWhole('heads', heads, 1);
    expectWhole('hidden', hidden, 1);
    expectShare('dropout', dropout);
    expectEqual(`remainder of width ${width} by ${heads} heads`, 0, width % heads);
    return {
      output: input,
      parameters: [
        ...densePlan(width, 3 * width, 'attention-'),
        ...densePlan(width, width, 'projection-'),
        ...layerNormPlan(width, 'attention-norm-'),
        ...densePlan(width, hidden, 'widen-'),
        ...densePlan(hidden, width, 'narrow-'),
        ...layerNormPlan(width, 'output-norm-'),
      ],
    };
  },
  make: (spec, site) => new AttentionBlock(spec, site),
};
