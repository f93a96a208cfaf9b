import type { NeuralKernel } from '../kernel.ts';
import { place, type PlainMemory } from './memory.ts';
import { sigmoid } from '../../core/sigmoid.ts';

export function lstmLoops(memory: PlainMemory): Pick<NeuralKernel, 'lstmForward' | 'lstmBack'> {
  return {
    lstmForward: (gates, cellBefore, cell, hidden, cellTanh, batch, units) => {
      const { floats } = memory;
      const [before, now] = [place(cellBefore), place(cell)];
      const [outHidden, outTanh] = [place(hidden), place(cellTanh)];
      for (let unit = 0; unit < batch * units; unit++) {
        const at = firstGate(place(gates), unit, units, 4);
        const input = (floats[at] = sigmoid(floats[at]));
        const forget = (floats[at + units] = sigmoid(floats[at + units]));
        const candidate = (floats[at + 2 * units] = Math.tanh(floats[at + 2 * units]));
        const output = (floats[at + 3 * units] = sigmoid(floats[at + 3 * units]));
        const sum = forget * floats[before + unit] + input * candidate;
        const squashed = Math.tanh(sum);
        floats[now + unit] = sum;
        floats[outTanh + unit] = squashed;
        floats[outHidden + unit] = output * squashed;
      }
    },
    lstmBack: (gateGradients, gates, cellBefore, cellTanh, hiddenGradient, cellGradient, batch, units) => {
      const { floats } = memory;
      const [before, tanh] = [place(cellBefore), place(cellTanh)];
      const [hidden, cell] = [place(hiddenGradient), place(cellGradient)];
      for (let unit = 0; unit < batch * units; unit++) {
        const at = firstGate(place(gates), unit, units, 4);
        const to = firstGate(place(gateGradients), unit, units, 4);
        const input = floats[at];
        const forget = floats[at + units];
        const candidate = floats[at + 2 * units];
        const output = floats[at + 3 * units];
        const squashed = floats[tanh + unit];
        const gradient = floats[hidden + unit];
        const ofCell = floats[cell + unit] + gradient * output * (1 - squashed * squashed);
        floats[to] = ofCell * candidate * input * (1 - input);
        floats[to + units] = ofCell * floats[before + unit] * forget * (1 - forget);
        floats[to + 2 * units] = ofCell * input * (1 - candidate * candidate);
        floats[to + 3 * units] = gradient * squashed * output * (1 - output);
        floats[cell + unit] = ofCell * forget;
      }
    },
  };
}

export function gruLoops(memory: PlainMemory): Pick<NeuralKernel, 'gruForward' | 'gruBack'> {
  return {
    gruForward: (gates, recurrent, hiddenBefore, hidden, batch, units) => {
      const { floats } = memory;
      const [before, now] = [place(hiddenBefore), place(hidden)];
      for (let unit = 0; unit < batch * units; unit++) {
        const at = firstGate(place(gates), unit, units, 3);
        const from = firstGate(place(recurrent), unit, units, 3);
        const update = (floats[at] = sigmoid(floats[at] + floats[from]));
        const reset = (floats[at + units] = sigmoid(floats[at + units] + floats[from + units]));
        const sum = floats[at + 2 * units] + reset * floats[from + 2 * units];
        const candidate = (floats[at + 2 * units] = Math.tanh(sum));
        floats[now + unit] = candidate + update * (floats[before + unit] - candidate);
      }
    },
    gruBack: (
      gateGradients,
      recurrentGradients,
      gates,
      recurrent,
      hiddenBefore,
      hiddenGradient,
      batch,
      units,
    ) => {
      const { floats } = memory;
      const [before, hidden] = [place(hiddenBefore), place(hiddenGradient)];
      for (let unit = 0; unit < batch * units; unit++) {
        const at = firstGate(place(gates), unit, units, 3);
        const to = firstGate(place(gateGradients), unit, units, 3);
        const back = firstGate(place(recurrentGradients), unit, units, 3);
        const product = floats[firstGate(place(recurrent), unit, units, 3) + 2 * units];
        const update = floats[at];
        const reset = floats[at + units];
        const candidate = floats[at + 2 * units];
        const gradient = floats[hidden + unit];
        const ofCandidate = gradient * (1 - update) * (1 - candidate * candidate);
        const ofUpdate = gradient * (floats[before + unit] - candidate) * update * (1 - update);
        const ofReset = ofCandidate * product * reset * (1 - reset);
        floats[to] = floats[back] = ofUpdate;
        floats[to + units] = floats[back + units] = ofReset;
        floats[to + 2 * units] = ofCandidate;
        floats[back + 2 * units] = ofCandidate * reset;
        floats[hidden + unit] = gradient * update;
      }
    },
  };
}

/** Where the first of so many gates of a unit (counted over the batch) stands; its others follow `units` apart. */
function firstGate(gates: number, unit: number, units: number, count: number): number {
  const row = Math.floor(unit / units);
  return gates + row * (count - 1) * units + unit;
}
