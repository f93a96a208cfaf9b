/** Whole days since 1970-01-01 in the school's own calendar: a date without a time or a zone. */
export type SchoolDay = number;

const millisecondsPerDay = 86_400_000;
const isoDate = /^\d{4}-\d{2}-\d{2}$/;

/** @throws RangeError when `date` is no calendar date written yyyy-mm-dd. */
export function parseSchoolDay(date: string): SchoolDay {
  const time = isoDate.test(date) ? Date.parse(`${date}T00:00:00Z`) : NaN;
  const day = time / millisecondsPerDay;
  if (!Number.isInteger(day) || formatSchoolDay(day) !== date) {
    throw new RangeError(`date: expected a calendar date as yyyy-mm-dd, got ${JSON.stringify(date)}`);
  }
  return day;
}

/** The day as yyyy-mm-dd. */
export function formatSchoolDay(day: SchoolDay): string {
  return new Date(day * millisecondsPerDay).toISOString().slice(0, 10);
}

/** 0 = Monday … 6 = Sunday. */
export function weekday(day: SchoolDay): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** The Monday of the week that `day` lies in. */
export function weekStart(day: SchoolDay): SchoolDay {
  return day - weekday(day);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formatters.set(timeZone, made);
  return made;
}

export interface LocalMoment {
  readonly day: SchoolDay;
  /** Minutes since local midnight, 0 to 1439. */
  readonly minute: number;
}

// Formatting is slow, so offsets are kept by quarters of an hour. Clocks may change within one: until 2011 those of
// St. John's did at 00:01. Where a quarter's ends differ, each instant is formatted by itself.
const quarterMs = 900_000;
const mostQuarters = 100_000;
const offsets = new Map<string, Map<number, number>>();

/** Milliseconds that local clocks are ahead of UTC. */
function offsetAt(at: Date, timeZone: string): number {
  const quarter = Math.floor(at.getTime() / quarterMs);
  const offset = offsetOfStart(quarter, timeZone);
  return offset === offsetOfStart(quarter + 1, timeZone) ? offset : formattedOffset(at, timeZone);
}

function offsetOfStart(quarter: number, timeZone: string): number {
  const zone = offsets.get(timeZone) ?? new Map<number, number>();
  const known = zone.get(quarter);
  if (known !== undefined) return known;
  if (zone.size >= mostQuarters) zone.clear();
  const offset = formattedOffset(new Date(quarter * quarterMs), timeZone);
  offsets.set(timeZone, zone.set(quarter, offset));
  return offset;
}

function formattedOffset(at: Date, timeZone: string): number {
  const { day, minute } = formattedMoment(at, timeZone);
  return day * millisecondsPerDay + minute * 60_000 - Math.floor(at.getTime() / 60_000) * 60_000;
}

/** Where an instant falls in the school's own day. `timeZone` is an IANA name such as Europe/Rome. */
export function localMoment(at: Date, timeZone: string): LocalMoment {
  const local = at.getTime() + offsetAt(at, timeZone);
  const day = Math.floor(local / millisecondsPerDay);
  return { day, minute: Math.floor((local - day * millisecondsPerDay) / 60_000) };
}

function formattedMoment(at: Date, timeZone: string): LocalMoment {
  const part: Record<string, string> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(at)) part[type] = value;
  return {
    day: parseSchoolDay(`${part.year}-${part.month}-${part.day}`),
    minute: Number(part.hour) * 60 + Number(part.minute),
  };
}
