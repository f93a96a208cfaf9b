import { localMoment, parseSchoolDay, type SchoolDay } from '#lib/domain/activity/school-day.ts';

const millisecondsPerDay = 86_400_000;

/** The instant at which the clocks of `timeZone` show `minute` of `day`; a time the clocks skip falls after the jump. */
export function instantOf(day: SchoolDay, minute: number, timeZone: string): Date {
  const asIfUtc = day * millisecondsPerDay + minute * 60_000;
  const first = asIfUtc - offsetAt(asIfUtc, timeZone);
  return new Date(asIfUtc - offsetAt(first, timeZone));
}

/** Milliseconds by which the clocks of `timeZone` are ahead of UTC. */
function offsetAt(time: number, timeZone: string): number {
  const { day, minute } = localMoment(new Date(time), timeZone);
  return day * millisecondsPerDay + minute * 60_000 - Math.floor(time / 60_000) * 60_000;
}

const localTime = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?$/;

/** `2026-03-10 09:10[:00]`, as clocks at school show it, as an instant; any other text as it is. */
export function withOffset(text: string, timeZone: string): string {
  const [, date, hours, minutes, seconds] = localTime.exec(text) ?? [];
  if (!date || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds ?? 0) > 59) return text;
  const day = knownDay(date);
  if (day === null) return text;
  const at = instantOf(day, Number(hours) * 60 + Number(minutes), timeZone);
  return new Date(at.getTime() + Number(seconds ?? 0) * 1000).toISOString();
}

function knownDay(date: string): SchoolDay | null {
  try {
    return parseSchoolDay(date);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
