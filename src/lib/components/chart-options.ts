import type { ChartDataset, ChartOptions } from 'chart.js';

declare module 'chart.js' {
  interface BarControllerDatasetOptions {
    /** Read by the whiskers of chart-library. */
    intervals?: ChartSeries['intervals'];
  }
}

export type ChartInterval = readonly [low: number, high: number];

export interface ChartSeries {
  readonly name: string;
  /** One for each label; null where nothing is known. */
  readonly values: readonly (number | null)[];
  /** Around each value, drawn as a whisker; null where none is known. */
  readonly intervals?: readonly (ChartInterval | null)[];
}

export interface ChartContent {
  readonly kind: 'line' | 'bar';
  readonly labels: readonly string[];
  readonly series: readonly ChartSeries[];
  readonly stacked?: boolean;
}

const seriesColors = 5;
// A second sign beside the colour, for eyes that cannot tell the colours apart.
const dashes = [[], [6, 4], [2, 3], [10, 3, 2, 3], [4, 2]];

const fewLabels = 7;

/** Few labels stand in full, a word a line; of many the drawing leaves some out. */
export function chartLabels({ labels }: ChartContent): (string | string[])[] {
  return labels.length > fewLabels ? [...labels] : labels.map((label) => label.split(' '));
}

/** The series in the colours of the theme that `style` has right now. */
export function chartSeries(
  { kind, series }: ChartContent,
  style: CSSStyleDeclaration,
): ChartDataset<'line' | 'bar', (number | null)[]>[] {
  return series.map(({ name, values, intervals }, index) => {
    const color = resolveColor(style, `--series-${(index % seriesColors) + 1}`);
    const shared = { label: name, data: [...values], borderColor: color };
    if (kind === 'bar')
      return { ...shared, backgroundColor: color, borderRadius: 4, maxBarThickness: 36, intervals };
    return {
      ...shared,
      backgroundColor: color,
      borderWidth: 2,
      borderDash: dashes[index % dashes.length] ?? [],
      pointRadius: values.length > 30 ? 0 : 2.5,
      tension: 0.25,
    };
  });
}

export function chartOptions(
  content: ChartContent,
  style: CSSStyleDeclaration,
): ChartOptions<'line' | 'bar'> {
  const ink = resolveColor(style, '--ink-soft');
  const strong = resolveColor(style, '--ink');
  const line = resolveColor(style, '--line');
  const font = { family: style.fontFamily, size: 12 };
  const stacked = content.stacked ?? false;
  const ticks = { color: ink, font };
  return {
    color: strong,
    responsive: true,
    maintainAspectRatio: false,
    animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? false : { duration: 250 },
    interaction: { mode: 'index', intersect: false },
    plugins: {
      legend: {
        display: content.series.length > 1,
        labels: { color: ink, font, boxHeight: 8, boxWidth: 18 },
      },
    },
    scales: {
      x: {
        stacked,
        grid: { display: false },
        border: { color: line },
        ticks: { ...ticks, maxRotation: 0, autoSkip: content.labels.length > fewLabels },
      },
      y: {
        stacked,
        beginAtZero: true,
        suggestedMax: highestEnd(content),
        grid: { color: line },
        border: { display: false },
        ticks,
      },
    },
  };
}

/** Where the longest whisker ends; undefined without any. */
function highestEnd({ series }: ChartContent): number | undefined {
  const ends = series.flatMap(({ intervals = [] }) => intervals.flatMap((one) => (one ? [one[1]] : [])));
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** A canvas knows no `light-dark()`: the value of a token passes through a real property to become a colour. */
function resolveColor(style: CSSStyleDeclaration, token: string): string {
  const probe = document.createElement('span');
  probe.style.color = style.getPropertyValue(token);
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}
