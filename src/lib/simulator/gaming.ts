import type { ActivityKind } from '#lib/domain/activity/event.ts';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Random } from '#lib/ml/core/random.ts';
import { chance, pick, streamOf, wholeBetween } from './chance.ts';
import type { Diary } from './diary.ts';
import { isGaming, type Person, type Tactic } from './person.ts';
import type { School } from './school.ts';
import { subjects } from './subjects.ts';

const gamingStream = 401;

/** Adds what a gamer's tactic makes up on a day. Its chance is its own, so the honest part of the day stays as it was. */
export function gamedEvents(school: School, person: Person, diary: Diary): void {
  const { gaming } = person.plan;
  if (!gaming) return;
  const random = streamOf(school.options.seed, gamingStream, person.index, diary.day);
  scripts[gaming.tactic](random, diary, gaming.care, person, school);
}

const bulkWeekday = 3;

/** True on the days on which a bulk gamer hands in all that is open. */
export function handsInBulk(school: School, person: Person, day: SchoolDay): boolean {
  if (!school.options.gaming || person.plan.gaming?.tactic !== 'bulk hand-in') return false;
  return isGaming(person, day) && day % 7 === bulkWeekday;
}

type Script = (random: Random, diary: Diary, care: number, person: Person, school: School) => void;

const scripts: Readonly<Record<Tactic, Script>> = {
  clicker: clickFast,
  repeater: repeatEvent,
  // Hand-ins are part of the honest day too: see handInAtOnce.
  'bulk hand-in': () => undefined,
  'help ring': praiseEachOther,
  'night script': runAtNight,
};

/** Dozens of pages and exercises within two minutes, a second each. */
function clickFast(random: Random, diary: Diary, care: number): void {
  if (!chance(random, 0.55)) return;
  const start = wholeBetween(random, 14 * 60, 22 * 60);
  const clicks = Math.round(wholeBetween(random, 22, 45) * (1 - 0.6 * care));
  const pace = Math.round(3 + 25 * care);
  const kinds: readonly ActivityKind[] = ['practice', 'read', 'resource', 'view'];
  for (let click = 0; click < clicks; click++) {
    const second = click * pace;
    diary.write(pick(random, kinds), start + Math.floor(second / 60), {
      second: second % 60,
      seconds: Math.round(1 + 20 * care),
      quantity: wholeBetween(random, 2, 5),
      item: pick(random, subjects).id,
    });
  }
}

/** One true-looking event sent many times under new ids; the careful let minutes pass between the copies. */
function repeatEvent(random: Random, diary: Diary, care: number): void {
  if (!chance(random, 0.6)) return;
  const minute = wholeBetween(random, 15 * 60, 21 * 60);
  const kind = pick(random, ['practice', 'help', 'collaborate'] as const);
  const same = { quantity: wholeBetween(random, 3, 6), seconds: 240, item: pick(random, subjects).id };
  const copies = Math.round(wholeBetween(random, 7, 18) * (1 - 0.7 * care));
  const gap = care > 0.5 ? wholeBetween(random, 3, 7) : 0;
  for (let copy = 0; copy < copies; copy++) diary.write(kind, minute + copy * gap, { ...same, second: 12 });
}

/** Learners next to each other in the list thank each other for help that took two seconds. */
function praiseEachOther(random: Random, diary: Diary, care: number, person: Person, school: School): void {
  if (school.kindOf(diary.day) === 'summer' || !chance(random, 0.7)) return;
  const friend = `s${String((person.index ^ 1) + 1).padStart(4, '0')}`;
  const start = wholeBetween(random, 16 * 60, 20 * 60);
  const turns = Math.round(wholeBetween(random, 5, 11) * (1 - 0.6 * care));
  const gap = 1 + Math.round(6 * care);
  for (let turn = 0; turn < turns; turn++) {
    diary.write('help', start + turn * gap, { seconds: Math.round(2 + 60 * care), item: `help:${friend}` });
  }
}

/** A script that opens the same pages every night at the same minutes, holidays too; the careful one is less exact. */
function runAtNight(random: Random, diary: Diary, care: number): void {
  const start = care > 0.5 ? 21 * 60 : 3 * 60;
  const jitter = Math.round(25 * care);
  for (let run = 0; run < 8; run++) {
    const minute = start + run * 5 + wholeBetween(random, 0, jitter);
    diary.write(run % 2 === 0 ? 'read' : 'practice', minute, {
      quantity: 5,
      seconds: 30,
      item: 'matematica',
    });
  }
}
