/** A byte offset into a kernel's memory, a multiple of 16 where an array begins. All arrays are float32, row-major. */
export type Address = number;

/** What follows a layer's sum. `leaky` has slope 0.2 below 0. */
export const activations = ['linear', 'relu', 'tanh', 'sigmoid', 'leaky'] as const;
export type Activation = (typeof activations)[number];

/** The number by which kernels know an activation. */
export function activationCode(activation: Activation): number {
  return activations.indexOf(activation);
}

/** How many numbers the attention of one head needs beside its inputs and outputs. */
export function attentionScratch(steps: number, headWidth: number): number {
  return headWidth * steps + steps * steps;
}

/**
 * The inner loops of networks over one linear memory. Three implementations stand behind it: SIMD, SIMD that
 * multiplies and adds in one instruction, and plain; they agree to a few units in the last place. Arguments named after arrays are byte offsets.
 */
export interface NeuralKernel {
  readonly kind: 'fused' | 'simd' | 'plain';
  /** The first byte that is free, a multiple of 16: what lies below is the kernel's own. */
  readonly start: Address;
  /** The bytes all addresses point into; another object after `grow`. */
  readonly buffer: ArrayBufferLike;
  /** Makes room for at least so many bytes in all; what is there stays. @throws RangeError when there is no more memory */
  grow(bytes: number): void;

  /** out (rows × columns) = a · b, or += when `adds` is 1. Strides in bytes: `a` may be read transposed. */
  multiply(
    out: Address,
    a: Address,
    b: Address,
    rows: number,
    columns: number,
    inner: number,
    aRowStride: number,
    aStepStride: number,
    bStride: number,
    outStride: number,
    adds: 0 | 1,
  ): void;
  /** out (rows × columns) = activation(a · b + bias): a dense layer in one pass. Rows stand one after another in all. */
  dense(
    out: Address,
    a: Address,
    b: Address,
    bias: Address,
    rows: number,
    columns: number,
    inner: number,
    activation: number,
  ): void;
  /** out (columns × rows) = input (rows × columns) transposed. */
  transpose(out: Address, input: Address, rows: number, columns: number): void;
  /** values (rows × columns) = activation(values + bias); `bias` has one number a column. */
  activate(values: Address, bias: Address, rows: number, columns: number, activation: number): void;
  /** gradients *= activation'(…), by the activated outputs; biasGradient += their sums over the rows. */
  activateBack(
    gradients: Address,
    outputs: Address,
    biasGradient: Address,
    rows: number,
    columns: number,
    activation: number,
  ): void;

  clear(values: Address, count: number): void;
  copy(out: Address, values: Address, count: number): void;
  /** out += factor × values. */
  add(out: Address, values: Address, count: number, factor: number): void;
  scale(values: Address, count: number, factor: number): void;
  /** out = a × b, element by element. */
  product(out: Address, a: Address, b: Address, count: number): void;
  /** Sum of squares, accumulated in double precision. */
  sumOfSquares(values: Address, count: number): number;

  /**
   * One step of Adam: parameters −= decay × parameters + rate × first / (√second + epsilon) after both moments moved.
   * `rate` (and `epsilon`) are already bias corrected; `decay` of AdamW is the share of each parameter taken off, or 0.
   */
  adam(
    parameters: Address,
    gradients: Address,
    first: Address,
    second: Address,
    count: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    decay: number,
  ): void;

  /**
   * One step of an LSTM. `gates` (batch × 4 units: input, forget, cell, output) holds sums and gets activations;
   * writes cell, hidden and tanh(cell), batch × units each.
   */
  lstmForward(
    gates: Address,
    cellBefore: Address,
    cell: Address,
    hidden: Address,
    cellTanh: Address,
    batch: number,
    units: number,
  ): void;
  /** Writes the gradient of the gates' sums; `cellGradient` goes in for this step and comes out for the one before. */
  lstmBack(
    gateGradients: Address,
    gates: Address,
    cellBefore: Address,
    cellTanh: Address,
    hiddenGradient: Address,
    cellGradient: Address,
    batch: number,
    units: number,
  ): void;
  /**
   * One step of a GRU as in cuDNN and PyTorch (the reset gate acts after the recurrent product). `gates` (batch × 3 units:
   * update, reset, candidate) holds the sums of the input with its bias, `recurrent` those of the hidden state with
   * its own; writes activations into `gates` and the new hidden state.
   */
  gruForward(
    gates: Address,
    recurrent: Address,
    hiddenBefore: Address,
    hidden: Address,
    batch: number,
    units: number,
  ): void;
  /** Writes both gradients of the sums; `hiddenGradient` goes in for this step and comes out with its direct part for the one before. */
  gruBack(
    gateGradients: Address,
    recurrentGradients: Address,
    gates: Address,
    recurrent: Address,
    hiddenBefore: Address,
    hiddenGradient: Address,
    batch: number,
    units: number,
  ): void;

  /**
   * Scaled dot-product attention of all heads. `queryKeyValue` is (batch × steps) × 3 width, queries first, then keys, then
   * values, and within each head after head; `weights` (batch × heads × steps × steps) gets the softmax, `out` is
   * (batch × steps) × width. Example b has lengths[b] (int32) steps: only they attend, and only to each other; weights and
   * outputs of the others are 0. `scratch` has room for `attentionScratch` numbers.
   */
  attentionForward(
    queryKeyValue: Address,
    weights: Address,
    out: Address,
    lengths: Address,
    scratch: Address,
    batch: number,
    steps: number,
    heads: number,
    headWidth: number,
  ): void;
  /** Writes the gradient of `queryKeyValue`, 0 past an example's length. */
  attentionBack(
    queryKeyValueGradient: Address,
    queryKeyValue: Address,
    weights: Address,
    outGradient: Address,
    lengths: Address,
    scratch: Address,
    batch: number,
    steps: number,
    heads: number,
    headWidth: number,
  ): void;

  /** out = gain × normal + shift; keeps `normal` (rows × columns) and 1 / deviation (rows) for the way back. */
  layerNormForward(
    out: Address,
    normal: Address,
    inverse: Address,
    input: Address,
    gain: Address,
    shift: Address,
    rows: number,
    columns: number,
    epsilon: number,
  ): void;
  layerNormBack(
    inputGradient: Address,
    outGradient: Address,
    normal: Address,
    inverse: Address,
    gain: Address,
    gainGradient: Address,
    shiftGradient: Address,
    rows: number,
    columns: number,
  ): void;

  /** Patches of images (batch × height × width × channels) as rows: (batch × outHeight × outWidth) × (size × size × channels). */
  imageToColumns(
    out: Address,
    images: Address,
    batch: number,
    height: number,
    width: number,
    channels: number,
    size: number,
    stride: number,
    padding: number,
    outHeight: number,
    outWidth: number,
  ): void;
  /** The way back: adds each patch to its place; `images` is cleared first. */
  columnsToImage(
    images: Address,
    columns: Address,
    batch: number,
    height: number,
    width: number,
    channels: number,
    size: number,
    stride: number,
    padding: number,
    outHeight: number,
    outWidth: number,
  ): void;

  /** out (rows × width) = sparse · input; compressed rows with int32 starts and columns, float32 values. */
  sparseMultiply(
    out: Address,
    rowStarts: Address,
    columns: Address,
    values: Address,
    input: Address,
    rows: number,
    width: number,
  ): void;
  /** out row i = table row indexes[i] (int32). */
  gather(out: Address, table: Address, indexes: Address, rows: number, width: number): void;
  /** table row indexes[i] += rows i. */
  scatterAdd(table: Address, indexes: Address, input: Address, rows: number, width: number): void;
}
