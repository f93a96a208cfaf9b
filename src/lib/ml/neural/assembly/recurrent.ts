import { hyperbolicTangent, sigmoid } from './exponentials';
import { multiplyAdd, put, vectorBytes } from './vectors';

export function lstmForward(
  gates: usize,
  cellBefore: usize,
  cell: usize,
  hidden: usize,
  cellTanh: usize,
  batch: i32,
  units: i32,
): void {
  const rowBytes = units << 2;
  for (let row = 0; row < batch; row++, gates += 3 * rowBytes) {
    for (let left = rowBytes; left > 0; left -= vectorBytes) {
      const forgetAt = gates + rowBytes;
      const candidateAt = forgetAt + rowBytes;
      const outputAt = candidateAt + rowBytes;
      const input = sigmoid(v128.load(gates));
      const forget = sigmoid(v128.load(forgetAt));
      const candidate = hyperbolicTangent(v128.load(candidateAt));
      const output = sigmoid(v128.load(outputAt));
      const sum = multiplyAdd(forget, v128.load(cellBefore), f32x4.mul(input, candidate));
      const squashed = hyperbolicTangent(sum);
      put(gates, input, left);
      put(forgetAt, forget, left);
      put(candidateAt, candidate, left);
      put(outputAt, output, left);
      put(cell, sum, left);
      put(cellTanh, squashed, left);
      put(hidden, f32x4.mul(output, squashed), left);
      const wide = min(left, vectorBytes);
      gates += wide;
      cellBefore += wide;
      cell += wide;
      hidden += wide;
      cellTanh += wide;
    }
  }
}

/** gradient × output × (1 − output). */
@inline
function throughSigmoid(gradient: v128, output: v128): v128 {
  return f32x4.mul(gradient, f32x4.mul(output, f32x4.sub(f32x4.splat(1), output)));
}

/** gradient × (1 − output²). */
@inline
function throughTanh(gradient: v128, output: v128): v128 {
  return f32x4.mul(gradient, f32x4.sub(f32x4.splat(1), f32x4.mul(output, output)));
}

export function lstmBack(
  gateGradients: usize,
  gates: usize,
  cellBefore: usize,
  cellTanh: usize,
  hiddenGradient: usize,
  cellGradient: usize,
  batch: i32,
  units: i32,
): void {
  const rowBytes = units << 2;
  for (let row = 0; row < batch; row++, gates += 3 * rowBytes, gateGradients += 3 * rowBytes) {
    for (let left = rowBytes; left > 0; left -= vectorBytes) {
      const input = v128.load(gates);
      const forget = v128.load(gates + rowBytes);
      const candidate = v128.load(gates + 2 * rowBytes);
      const output = v128.load(gates + 3 * rowBytes);
      const squashed = v128.load(cellTanh);
      const gradient = v128.load(hiddenGradient);
      const through = throughTanh(f32x4.mul(gradient, output), squashed);
      const ofCell = f32x4.add(v128.load(cellGradient), through);
      put(gateGradients, throughSigmoid(f32x4.mul(ofCell, candidate), input), left);
      const ofForget = throughSigmoid(f32x4.mul(ofCell, v128.load(cellBefore)), forget);
      put(gateGradients + rowBytes, ofForget, left);
      put(gateGradients + 2 * rowBytes, throughTanh(f32x4.mul(ofCell, input), candidate), left);
      put(gateGradients + 3 * rowBytes, throughSigmoid(f32x4.mul(gradient, squashed), output), left);
      put(cellGradient, f32x4.mul(ofCell, forget), left);
      const wide = min(left, vectorBytes);
      gateGradients += wide;
      gates += wide;
      cellBefore += wide;
      cellTanh += wide;
      hiddenGradient += wide;
      cellGradient += wide;
    }
  }
}

export function gruForward(
  gates: usize,
  recurrent: usize,
  hiddenBefore: usize,
  hidden: usize,
  batch: i32,
  units: i32,
): void {
  const rowBytes = units << 2;
  for (let row = 0; row < batch; row++, gates += 2 * rowBytes, recurrent += 2 * rowBytes) {
    for (let left = rowBytes; left > 0; left -= vectorBytes) {
      const resetAt = gates + rowBytes;
      const candidateAt = resetAt + rowBytes;
      const update = sigmoid(f32x4.add(v128.load(gates), v128.load(recurrent)));
      const reset = sigmoid(f32x4.add(v128.load(resetAt), v128.load(recurrent + rowBytes)));
      const product = v128.load(recurrent + 2 * rowBytes);
      const candidate = hyperbolicTangent(multiplyAdd(reset, product, v128.load(candidateAt)));
      const change = f32x4.sub(v128.load(hiddenBefore), candidate);
      put(gates, update, left);
      put(resetAt, reset, left);
      put(candidateAt, candidate, left);
      put(hidden, multiplyAdd(update, change, candidate), left);
      const wide = min(left, vectorBytes);
      gates += wide;
      recurrent += wide;
      hiddenBefore += wide;
      hidden += wide;
    }
  }
}

export function gruBack(
  gateGradients: usize,
  recurrentGradients: usize,
  gates: usize,
  recurrent: usize,
  hiddenBefore: usize,
  hiddenGradient: usize,
  batch: i32,
  units: i32,
): void {
  const rowBytes = units << 2;
  for (let row = 0; row < batch; row++) {
    for (let left = rowBytes; left > 0; left -= vectorBytes) {
      const update = v128.load(gates);
      const reset = v128.load(gates + rowBytes);
      const candidate = v128.load(gates + 2 * rowBytes);
      const gradient = v128.load(hiddenGradient);
      const rest = f32x4.sub(f32x4.splat(1), update);
      const ofCandidate = throughTanh(f32x4.mul(gradient, rest), candidate);
      const change = f32x4.sub(v128.load(hiddenBefore), candidate);
      const ofUpdate = throughSigmoid(f32x4.mul(gradient, change), update);
      const ofReset = throughSigmoid(f32x4.mul(ofCandidate, v128.load(recurrent + 2 * rowBytes)), reset);
      put(gateGradients, ofUpdate, left);
      put(gateGradients + rowBytes, ofReset, left);
      put(gateGradients + 2 * rowBytes, ofCandidate, left);
      put(recurrentGradients, ofUpdate, left);
      put(recurrentGradients + rowBytes, ofReset, left);
      put(recurrentGradients + 2 * rowBytes, f32x4.mul(ofCandidate, reset), left);
      put(hiddenGradient, f32x4.mul(gradient, update), left);
      const wide = min(left, vectorBytes);
      gateGradients += wide;
      recurrentGradients += wide;
      gates += wide;
      recurrent += wide;
      hiddenBefore += wide;
      hiddenGradient += wide;
    }
    gateGradients += 2 * rowBytes;
    recurrentGradients += 2 * rowBytes;
    gates += 2 * rowBytes;
    recurrent += 2 * rowBytes;
  }
}
