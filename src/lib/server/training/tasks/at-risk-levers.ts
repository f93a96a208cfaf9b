import type { Lever } from '#lib/ml/explain/index.ts';

/** Something a learner can do within a fortnight, and what it would change in a row of at-risk. */
export interface RiskLever {
  /** The column it is told by: how it stands now and after. */
  readonly column: string;
  readonly direction: 'up' | 'down';
  /** Days of work that one of it takes. */
  readonly days: number;
  /** How often it can be done from this row; 0 when not at all. */
  most(read: RiskReader): number;
  /** Writes what the row would read afterwards, linked columns and all. */
  apply(row: RiskWriter, times: number): void;
}

/** Reads a column by name: NaN for one that the row does not have or know. */
export type RiskReader = (column: string) => number;

export interface RiskWriter {
  readonly read: RiskReader;
  /** Adds to a known value; a missing one stays missing, for nothing is known of it. */
  add(column: string, amount: number): void;
  set(column: string, value: number): void;
}

const mostHandIns = 3;
const mostDays = 6;
const mostPractices = 6;

const handIn: RiskLever = {
  column: 'overdue',
  direction: 'down',
  days: 2,
  most: (read) => Math.min(mostHandIns, known(read('overdue'))),
  apply: (row, times) => {
    row.add('overdue', -times);
    for (const column of [
      'hand-ins-28',
      'hand-ins-91',
      'hand-ins-since-start',
      'submit-so-far',
      'week-01-hand-ins',
    ])
      row.add(column, times);
    row.set('days-since-hand-in', 0);
    row.set('days-since-active', 0);
    addEvents(row, times);
  },
};

const study: RiskLever = {
  column: 'active-days-28',
  direction: 'up',
  days: 1,
  most: (read) => Math.min(mostDays, 28 - known(read('active-days-28'))),
  apply: (row, times) => {
    const quantity = times * usualQuantity(row.read);
    for (const column of ['active-days-28', 'active-days-91', 'active-days-since-start'])
      row.add(column, times);
    // A fortnight's days of study, half of them in its last week.
    for (const column of ['active-days-7', 'week-01-active-days'])
      row.set(column, Math.max(known(row.read(column)), Math.ceil(times / 2)));
    for (const column of [
      'quantity-7',
      'quantity-28',
      'quantity-91',
      'quantity-last-14',
      'quantity-since-start',
      'week-01-quantity',
    ])
      row.add(column, quantity);
    row.set('days-since-active', 0);
    addEvents(row, times);
  },
};

const practise: RiskLever = {
  column: 'practice-so-far',
  direction: 'up',
  days: 0.5,
  most: () => mostPractices,
  apply: (row, times) => {
    row.add('practice-so-far', times);
    row.add('practices-28', times);
    row.set('days-since-active', 0);
    addEvents(row, times);
  },
};

export const riskLevers: readonly RiskLever[] = [handIn, study, practise];

/** A day of study brings what this learner's active days usually bring, and one event where nothing is known. */
function usualQuantity(read: RiskReader): number {
  const usual = read('quantity-since-start-per-active-day');
  return usual > 0 ? usual : 1;
}

function addEvents(row: RiskWriter, count: number): void {
  for (const column of ['events-7', 'events-28', 'events-91', 'week-01-events']) row.add(column, count);
}

function known(value: number): number {
  return value > 0 ? value : 0;
}

/** Reads and writes a row by the names of its columns. @param columns as the model was trained with */
export function riskWriter(columns: readonly string[], values: Float64Array): RiskWriter {
  const read: RiskReader = (column) => values[columns.indexOf(column)] ?? NaN;
  const set = (column: string, value: number) => {
    const at = columns.indexOf(column);
    if (at >= 0) values[at] = value;
  };
  return { read, set, add: (column, amount) => set(column, read(column) + amount) };
}

/** The levers that can move in this row, as the search wants them; those of unknown columns are left out. */
export function leversOf(
  columns: readonly string[],
  row: Float64Array,
): readonly (Lever & { of: RiskLever })[] {
  const { read } = riskWriter(columns, row);
  return riskLevers.flatMap((lever) => {
    const value = read(lever.column);
    const most = lever.most(read);
    if (!(most > 0) || Number.isNaN(value)) return [];
    const [low, high] = lever.direction === 'down' ? [value - most, value] : [value, value + most];
    const column = columns.indexOf(lever.column);
    return [{ of: lever, column, direction: lever.direction, step: 1, low, high, cost: lever.days }];
  });
}
