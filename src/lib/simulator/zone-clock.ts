import { localMoment, type LocalMoment, type SchoolDay } from '#lib/domain/activity/school-day.ts';

const minutesPerDay = 1440;
const afterTheChange = 4 * 60;

/** Turns the school's own day and minute into an instant and back, without asking Intl for each event. */
export interface ZoneClock {
  instantOf(day: SchoolDay, minute: number, second?: number): Date;
  momentOf(at: Date): LocalMoment;
}

export function zoneClock(timeZone: string): ZoneClock {
  const byHour = new Map<number, number>();
  const offsetAt = (time: number): number => {
    const hour = Math.floor(time / 3_600_000);
    const known = byHour.get(hour);
    if (known !== undefined) return known;
    const local = localMoment(new Date(hour * 3_600_000), timeZone);
    const offset = local.day * minutesPerDay + local.minute - hour * 60;
    byHour.set(hour, offset);
    return offset;
  };
  return {
    instantOf: (day, minute, second = 0) => {
      const wall = (day * minutesPerDay + minute) * 60_000 + second * 1000;
      // Clocks change before four in the morning: from then on the day has the offset of its noon.
      const anchor = day * minutesPerDay + (minute < afterTheChange ? 0 : 720);
      return new Date(wall - offsetAt(anchor * 60_000 - 3_600_000) * 60_000);
    },
    momentOf: (at) => {
      const minutes = Math.floor(at.getTime() / 60_000) + offsetAt(at.getTime());
      return { day: Math.floor(minutes / minutesPerDay), minute: minutes % minutesPerDay };
    },
  };
}
