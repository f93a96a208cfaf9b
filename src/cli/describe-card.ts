import type { Interval } from '#lib/ml/evaluate/index.ts';
import type { ModelCard } from '#lib/server/models/registry.ts';

type Metrics = Readonly<Record<string, Interval>>;

interface CardFigures {
  readonly metrics: Metrics;
  readonly baselines: readonly { readonly name: string; readonly metrics: Metrics }[];
  readonly rows: Readonly<
    Record<string, { readonly rows: number; readonly from: string; readonly to: string }>
  >;
  readonly split: string;
  readonly importance: readonly { readonly feature: string; readonly share: number }[];
}

/** A model card as lines for a terminal: the model and its baselines, metric by metric, with 95 % intervals. */
export function describeCard(card: ModelCard): string[] {
  const { metrics, baselines, rows, split, importance } = card as unknown as CardFigures;
  const names = Object.keys(metrics);
  const lines = [{ name: 'this model', metrics }, ...baselines];
  const width = Math.max(...lines.map(({ name }) => name.length));
  const shown = importance.slice(0, 5).map(({ feature, share }) => `${feature} ${Math.round(100 * share)} %`);
  return [
    `split ${split}`,
    ...Object.entries(rows).map(
      ([part, { rows: count, from, to }]) => `${part}: ${count} rows, ${from} to ${to}`,
    ),
    [' '.repeat(width), ...names.map((name) => name.padEnd(20))].join('  ').trimEnd(),
    ...lines.map((line) =>
      [line.name.padEnd(width), ...names.map((name) => cell(line.metrics[name]).padEnd(20))]
        .join('  ')
        .trimEnd(),
    ),
    `reads most: ${shown.join(', ')}`,
  ];
}

function cell({ value, low, high }: Interval): string {
  return `${value.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}
