import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  type Plugin,
  PointElement,
  Tooltip,
} from 'chart.js';

const capWidth = 4;

/** A line from the low to the high end of each bar's interval, with a cap at both. */
const whiskers: Plugin<'bar'> = {
  id: 'whiskers',
  afterDatasetsDraw(chart) {
    for (const [index, dataset] of chart.data.datasets.entries()) {
      if (!dataset.intervals || !chart.isDatasetVisible(index)) continue;
      const bars = chart.getDatasetMeta(index).data;
      for (const [i, interval] of dataset.intervals.entries()) {
        const bar = bars[i];
        if (bar && interval) drawWhisker(chart, bar.x, interval);
      }
    }
  },
};

/** Chart.js makes each part of a dataset optional, the ends of an interval as well. */
type Ends = readonly [low?: number, high?: number];

function drawWhisker({ ctx, scales, options }: Chart, x: number, [from = 0, to = 0]: Ends): void {
  const place = (value: number) => scales.y?.getPixelForValue(value) ?? 0;
  const [low, high] = [place(from), place(to)];
  ctx.save();
  ctx.strokeStyle = String(options.color);
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(x, low);
  ctx.lineTo(x, high);
  for (const end of [low, high]) {
    ctx.moveTo(x - capWidth, end);
    ctx.lineTo(x + capWidth, end);
  }
  ctx.stroke();
  ctx.restore();
}

// Only the parts in use, loaded with the first chart on a page.
Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
  whiskers,
);

export { chartLabels, chartOptions, chartSeries } from './chart-options.ts';
export { Chart };
