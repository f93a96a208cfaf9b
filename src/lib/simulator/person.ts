import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Random } from '#lib/ml/core/random.ts';
import { between, chance, gaussian, pick, pickIndex, sigmoid, streamOf, wholeBetween } from './chance.ts';
import { type Gender, type NamedPerson, type Origin } from './names.ts';

/** What kind of story a learner's two years are. Known to the simulator alone. */
export const archetypes = [
  'steady',
  'star',
  'striver',
  'late bloomer',
  'comeback',
  'fading',
  'night owl',
  'helper',
  'gamer',
] as const;
export type Archetype = (typeof archetypes)[number];

const archetypeShares: Readonly<Record<Archetype, number>> = {
  steady: 42,
  star: 8,
  striver: 10,
  'late bloomer': 8,
  comeback: 7,
  fading: 10,
  'night owl': 5,
  helper: 5,
  gamer: 5,
};

/** The known ways to make a badge system count what was never done. */
export const tactics = ['clicker', 'repeater', 'bulk hand-in', 'help ring', 'night script'] as const;
export type Tactic = (typeof tactics)[number];

/** Lasting traits; standard normal in the population unless told otherwise. */
export interface Traits {
  readonly ability: number;
  readonly conscientiousness: number;
  readonly sociability: number;
  /** The level that motivation returns to. */
  readonly motivation: number;
  /** Daily spread of motivation. */
  readonly volatility: number;
  /** How much a badge lifts this learner, 0 to about 0.5. */
  readonly awardResponse: number;
  /** Minutes since midnight around which this learner studies; may pass 1440 for night owls. */
  readonly studyMinute: number;
  readonly studySpread: number;
  /** Monday to Sunday, around 1. */
  readonly weekdays: readonly number[];
}

export interface Span {
  readonly from: SchoolDay;
  readonly before: SchoolDay;
}

/** The dated turns of a life; null where a learner has none. */
export interface LifePlan {
  readonly bloomsOn: SchoolDay | null;
  readonly dip: Span | null;
  readonly fadesFrom: SchoolDay | null;
  readonly gaming: GamingPlan | null;
}

export interface GamingPlan {
  readonly tactic: Tactic;
  /** 0: does not care who sees it. Towards 1: slower, less at a time, close to what people do. */
  readonly care: number;
  readonly spans: readonly Span[];
}

export interface Person {
  readonly index: number;
  /** The school's own id, as the events carry it. */
  readonly externalId: string;
  readonly name: string;
  readonly joinedOn: SchoolDay;
  /** Year group (1 is the lowest) and section (from 0) at entry. */
  readonly entry: { readonly yearGroup: number; readonly section: number };
  /** The mark the learner came with, 60 to 100. */
  readonly entryMark: number;
  readonly protectedAttributes: ProtectedAttributes;
  readonly archetype: Archetype;
  readonly traits: Traits;
  readonly plan: LifePlan;
}

export interface ProtectedAttributes {
  readonly gender: Gender;
  readonly origin: Origin;
  readonly disability: 'none' | 'certified';
  /** 1 (least deprived) to 5. */
  readonly deprivation: '1' | '2' | '3' | '4' | '5';
}

export interface PersonSeat {
  readonly index: number;
  readonly joinedOn: SchoolDay;
  readonly yearGroup: number;
  readonly section: number;
  readonly named: NamedPerson;
  /** The days in which the turns of this life may fall. */
  readonly life: Span;
}

const personStream = 101;

/** The same seed and seat give the same person, whoever else is in the school. */
export function drawPerson(seed: number, seat: PersonSeat): Person {
  const random = streamOf(seed, personStream, seat.index);
  const archetype =
    archetypes[
      pickIndex(
        random,
        archetypes.map((name) => archetypeShares[name]),
      )
    ] ?? 'steady';
  const deprivation = pick(random, ['1', '2', '3', '4', '5'] as const);
  const traits = drawTraits(random, archetype, Number(deprivation));
  return {
    index: seat.index,
    externalId: `s${String(seat.index + 1).padStart(4, '0')}`,
    name: seat.named.name,
    joinedOn: seat.joinedOn,
    entry: { yearGroup: seat.yearGroup, section: seat.section },
    entryMark: Math.round(Math.min(100, Math.max(60, gaussian(random, 78 + 7 * traits.ability, 5)))),
    protectedAttributes: {
      gender: seat.named.gender,
      origin: seat.named.origin,
      disability: chance(random, 0.04) ? 'certified' : 'none',
      deprivation,
    },
    archetype,
    traits,
    plan: drawPlan(random, archetype, seat.life),
  };
}

interface Lean {
  readonly ability?: number;
  readonly conscientiousness?: number;
  readonly sociability?: number;
  readonly motivation?: number;
}

const leans: Readonly<Record<Archetype, Lean>> = {
  steady: {},
  star: { ability: 1.2, conscientiousness: 0.8, motivation: 0.5 },
  striver: { ability: -0.8, conscientiousness: 1, motivation: 0.6 },
  'late bloomer': { ability: 0.3 },
  comeback: {},
  fading: { ability: -0.4, conscientiousness: -0.6, motivation: -0.3 },
  'night owl': { conscientiousness: -0.2 },
  helper: { sociability: 1.6, conscientiousness: 0.3, motivation: 0.2 },
  gamer: { conscientiousness: -0.5, motivation: -0.2 },
};

function drawTraits(random: Random, archetype: Archetype, deprivation: number): Traits {
  const lean = leans[archetype];
  const spread = archetype === 'steady' ? 0.85 : 0.65;
  const ability = gaussian(random, lean.ability ?? 0, spread) - 0.1 * (deprivation - 3);
  const conscientiousness = gaussian(random, lean.conscientiousness ?? 0, spread);
  const isOwl = archetype === 'night owl';
  return {
    ability,
    conscientiousness,
    sociability: gaussian(random, lean.sociability ?? 0, spread),
    motivation: (lean.motivation ?? 0) + 0.2 * ability + 0.3 * conscientiousness + gaussian(random, 0, 0.35),
    volatility: between(random, 0.06, 0.13),
    awardResponse: sigmoid(gaussian(random, -1.5, 0.8)),
    studyMinute: isOwl ? gaussian(random, 23 * 60 + 20, 30) : gaussian(random, 16 * 60 + 50, 55),
    studySpread: isOwl ? between(random, 40, 65) : between(random, 45, 100),
    weekdays: weekdayProfile.map((usual) => usual * Math.exp(gaussian(random, 0, 0.22))),
  };
}

const weekdayProfile = [1.05, 1.12, 1.1, 1.02, 0.74, 0.55, 0.85];

function drawPlan(random: Random, archetype: Archetype, life: Span): LifePlan {
  const length = life.before - life.from;
  const dayAt = (low: number, high: number) => life.from + Math.round(between(random, low, high) * length);
  const dipFrom = dayAt(0.15, 0.9);
  return {
    bloomsOn: archetype === 'late bloomer' ? dayAt(0.35, 0.85) : null,
    dip: archetype === 'comeback' ? { from: dipFrom, before: dipFrom + wholeBetween(random, 45, 80) } : null,
    // Up to the end and past it: today some are on their way down and still here.
    fadesFrom: archetype === 'fading' ? dayAt(0.08, 1.02) : null,
    gaming: archetype === 'gamer' ? drawGaming(random, life) : null,
  };
}

const carefulShare = 0.3;

/** One to three spells of some weeks, one of them recent. */
function drawGaming(random: Random, life: Span): GamingPlan {
  const tactic = pick(random, tactics);
  const care = chance(random, carefulShare) ? between(random, 0.5, 1) : between(random, 0, 0.3);
  const recent = life.before - wholeBetween(random, 5, 45);
  const starts = [recent];
  for (let more = wholeBetween(random, 0, 2); more > 0; more--) {
    starts.push(life.from + Math.round(between(random, 0.05, 0.85) * (life.before - life.from)));
  }
  const spans = starts
    .sort((a, b) => a - b)
    .map((from) => ({ from, before: from + wholeBetween(random, 14, 40) }));
  return { tactic, care, spans };
}

/** The level that motivation is drawn to on a day: character, season and the turns of life together. */
export function motivationTarget(person: Person, day: SchoolDay): number {
  const { plan, traits } = person;
  let target = traits.motivation + season(day);
  if (plan.bloomsOn !== null) target += -1 + 1.9 * sigmoid((day - plan.bloomsOn) / 18);
  if (plan.dip) target += dipAt(plan.dip, day);
  if (plan.fadesFrom !== null && day >= plan.fadesFrom)
    target -= 3.4 * Math.min(1, (day - plan.fadesFrom) / 50);
  return target;
}

const dipDepth = 2;
const afterDip = 0.35;

function dipAt(dip: Span, day: SchoolDay): number {
  if (day < dip.from) return 0;
  return day < dip.before ? -dipDepth : afterDip;
}

/** Fresh in September, tired in February, a last spurt in May. */
function season(day: SchoolDay): number {
  const date = new Date(day * 86_400_000);
  const yearShare = (date.getUTCMonth() * 30.4 + date.getUTCDate()) / 365;
  return (
    0.16 * Math.cos(2 * Math.PI * (yearShare - 0.75)) + 0.08 * Math.cos(4 * Math.PI * (yearShare - 0.38))
  );
}

export function isGaming(person: Person, day: SchoolDay): boolean {
  return person.plan.gaming?.spans.some(({ from, before }) => day >= from && day < before) ?? false;
}
