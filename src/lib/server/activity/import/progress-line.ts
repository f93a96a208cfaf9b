import type { ImportProgress } from './import-run.ts';

/** Rows, rate and time left in one line. */
export function progressLine({
  rows,
  refused,
  fraction,
  rowsPerSecond,
  secondsLeft,
}: ImportProgress): string {
  const count = (value: number) => Math.round(value).toLocaleString('en');
  const left = Number.isNaN(secondsLeft) ? '' : `, ${timeText(secondsLeft)} left`;
  const bad = refused > 0 ? `, ${count(refused)} refused` : '';
  return `${Math.floor(fraction * 100)} %  ${count(rows)} rows${bad}, ${count(rowsPerSecond)} rows/s${left}`;
}

function timeText(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
