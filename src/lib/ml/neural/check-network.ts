import { activations } from './kernel.ts';
import type { LayerSpec, NetworkModel } from './model.ts';
import { planNetwork } from './plan.ts';

/**
 * The model in a file or a message, if it is one.
 * @throws TypeError or RangeError in a sentence that names what is wrong
 */
export function checkNetwork(value: unknown): NetworkModel {
  const record = expectRecord('network', value);
  if (record.kind !== 'network') throw new TypeError(`kind: expected network, got ${shown(record.kind)}`);
  if (record.version !== 1) throw new TypeError(`version: expected 1, got ${shown(record.version)}`);
  const { weights } = record;
  if (!(weights instanceof Float32Array))
    throw new TypeError(`weights: expected a Float32Array, got ${shown(weights)}`);
  const layers = checkLayers(record.layers);
  const spec = { inputWidth: numberOf(record, 'inputWidth'), steps: numberOf(record, 'steps'), layers };
  const plan = planNetwork(spec);
  if (weights.length !== plan.weights)
    throw new RangeError(`weights: expected ${plan.weights}, got ${weights.length}`);
  const odd = weights.findIndex((weight) => !Number.isFinite(weight));
  if (odd >= 0) throw new RangeError(`weights[${odd}]: expected a finite number, got ${weights[odd]}`);
  return { kind: 'network', version: 1, ...spec, weights };
}

function checkLayers(value: unknown): readonly LayerSpec[] {
  if (!Array.isArray(value)) throw new TypeError(`layers: expected a list, got ${shown(value)}`);
  return value.map((layer, i) => checkLayer(`layers[${i}]`, layer));
}

/** Names and kinds of a layer's fields; whether its numbers make a layer is the plan's to say. */
const fields: { readonly [K in LayerSpec['kind']]: readonly string[] } = {
  dense: ['units', 'activation'],
  dropout: ['rate'],
  'layer-norm': [],
  embedding: ['entries', 'units'],
  position: ['steps'],
  lstm: ['units', 'direction', 'returns'],
  gru: ['units', 'direction', 'returns'],
  'attention-block': ['heads', 'hidden', 'dropout'],
  'mean-pool': [],
  convolution: ['height', 'width', 'channels', 'filters', 'size', 'stride', 'padding', 'activation'],
  'transposed-convolution': [
    'height',
    'width',
    'channels',
    'filters',
    'size',
    'stride',
    'padding',
    'activation',
  ],
};

const words: Readonly<Record<string, readonly string[]>> = {
  activation: activations,
  direction: ['forward', 'both'],
  returns: ['all', 'last'],
};

function checkLayer(path: string, value: unknown): LayerSpec {
  const record = expectRecord(path, value);
  const { kind } = record;
  if (!(typeof kind === 'string' && Object.hasOwn(fields, kind)))
    throw new TypeError(
      `${path}.kind: expected one of ${Object.keys(fields).join(', ')}, got ${shown(kind)}`,
    );
  const names = fields[kind as LayerSpec['kind']];
  const read = names.map((name) => [name, checkField(path, name, record[name])] as const);
  return { kind, ...Object.fromEntries(read) } as LayerSpec;
}

function checkField(path: string, name: string, value: unknown): string | number {
  const allowed = words[name];
  if (allowed) {
    if (typeof value === 'string' && allowed.includes(value)) return value;
    throw new TypeError(`${path}.${name}: expected one of ${allowed.join(', ')}, got ${shown(value)}`);
  }
  if (typeof value === 'number') return value;
  throw new TypeError(`${path}.${name}: expected a number, got ${shown(value)}`);
}

function numberOf(record: Readonly<Record<string, unknown>>, name: string): number {
  const value = record[name];
  if (typeof value === 'number') return value;
  throw new TypeError(`${name}: expected a number, got ${shown(value)}`);
}

function expectRecord(path: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new TypeError(`${path}: expected a record, got ${shown(value)}`);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (ArrayBuffer.isView(value)) return value.constructor.name;
  if (typeof value === 'object' && value !== null) return 'a record';
  return String(value);
}
