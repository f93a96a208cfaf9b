import type { SchoolDay } from '../activity/school-day.ts';
import { type LearnerHistory, type MeasureContext, measure, recordsBefore } from '../features/index.ts';
import type { Badge, Comparison, Criterion } from './badge.ts';
import { asksForMore, compare, groupOf, opposite, type Sequence } from './criterion.ts';
import { neededOf, type Probe } from './evaluate.ts';
import { inOrderOfNeed } from './order.ts';
import { risesOnlyByRecords } from './quiet-days.ts';

/** Days on which a rule may be crossed: from ≤ day < before. */
export interface CrossingSpan {
  readonly from: SchoolDay;
  readonly before: SchoolDay;
}

type Ruled = Pick<Badge, 'id' | 'criterion'>;

/**
 * The day on which each badge's rule was first met, for the badges ever met. The day's own activity counts. Rules
 * that name badges are judged by the crossings of those badges, so `badges` must hold all they name.
 *
 * Exact, as if every rule were evaluated on every day. Two savings keep it fast: a badge crossed is done with, and a
 * badge that failed for want of something only a record can bring waits for the next day that has one.
 * @throws RuleError when rules name unknown badges or wait for each other in a circle.
 */
export function crossingsOf(
  badges: readonly Ruled[],
  history: LearnerHistory,
  context: MeasureContext,
  span: CrossingSpan,
): ReadonlyMap<string, SchoolDay> {
  return prepareCrossings(badges)(history, context, span);
}

export type FindCrossings = (
  history: LearnerHistory,
  context: MeasureContext,
  span: CrossingSpan,
) => ReadonlyMap<string, SchoolDay>;

/** crossingsOf for many learners: orders and compiles the rules once. */
export function prepareCrossings(badges: readonly Ruled[]): FindCrossings {
  const find = prepareCrossingsBy(badges);
  return (history, context, span) =>
    find(history, (id, window, before) => measure(id, window, history, context, before), new Map(), span);
}

/**
 * crossingsOf for one who measures in a way of their own, and knows which badges are `held` and since when; those are not
 * looked for. `history` says on which days there are records.
 */
export type FindCrossingsBy = (
  history: LearnerHistory,
  measure: Probe['measure'],
  held: ReadonlyMap<string, SchoolDay>,
  span: CrossingSpan,
) => ReadonlyMap<string, SchoolDay>;

export function prepareCrossingsBy(badges: readonly Ruled[]): FindCrossingsBy {
  const plan = compile(inOrderOfNeed(badges));
  return (history, measureBy, held, span) => run(plan, history, measureBy, held, span);
}

/** Answers a rule from a history; `holds` says what the learner held, from crossings or from awards. */
export function historyProbe(history: LearnerHistory, context: MeasureContext, holds: Probe['holds']): Probe {
  return {
    holds,
    measure: (id, window, before) =>
      before > history.from && before <= history.before ? measure(id, window, history, context, before) : NaN,
  };
}

// ── Compiled rules ───────────────────────────────────────────────────────────────────────────────

interface Leaf {
  readonly kind: 'leaf';
  readonly slot: number;
  readonly is: Comparison;
  readonly value: number;
}

/** A rule with its negations worked into the leaves and its measures numbered. */
type Node =
  | Leaf
  | { readonly kind: 'group'; readonly need: number; readonly parts: readonly Node[] }
  | { readonly kind: 'badge'; readonly badge: string; readonly isWanted: boolean }
  | { readonly kind: 'sequence'; readonly chain: number; readonly isWanted: boolean };

/** The steps of one sequence; `isWanted` false: each step is the negation of what would count as met. */
interface Chain {
  readonly steps: readonly Node[];
  readonly withinDays: number;
  readonly isWanted: boolean;
}

interface Slot {
  readonly measure: string;
  readonly window: number | null;
  readonly risesOnlyByRecords: boolean;
}

interface Plan {
  readonly badges: readonly {
    readonly id: string;
    readonly root: Node;
    readonly chains: readonly number[];
  }[];
  readonly chains: readonly Chain[];
  readonly slots: readonly Slot[];
  /** Days before the span that a sequence may begin on. */
  readonly lookBack: number;
}

interface Workshop {
  readonly chains: Chain[];
  readonly slots: Slot[];
  readonly slotByKey: Map<string, number>;
}

function compile(badges: readonly Ruled[]): Plan {
  const shop: Workshop = { chains: [], slots: [], slotByKey: new Map() };
  const compiled = badges.map(({ id, criterion }) => {
    const firstChain = shop.chains.length;
    const root = compileNode(criterion, false, shop);
    const chains = shop.chains.slice(firstChain).map((_, index) => firstChain + index);
    return { id, root, chains };
  });
  const lookBack = Math.max(0, ...shop.chains.map(({ withinDays }) => withinDays));
  return { badges: compiled, chains: shop.chains, slots: shop.slots, lookBack };
}

function compileNode(criterion: Criterion, isNegated: boolean, shop: Workshop): Node {
  if ('not' in criterion) return compileNode(criterion.not, !isNegated, shop);
  if ('holds' in criterion) return { kind: 'badge', badge: criterion.holds, isWanted: !isNegated };
  if ('sequence' in criterion) return compileSequence(criterion, isNegated, shop);
  if ('measure' in criterion) {
    const is = isNegated ? opposite(criterion.is) : criterion.is;
    return { kind: 'leaf', slot: slotOf(criterion, shop), is, value: criterion.value };
  }
  const group = groupOf(criterion);
  if (!group) throw new Error(`criterion: expected a known form, got ${Object.keys(criterion).join(', ')}`);
  const parts = group.parts.map((part) => compileNode(part, isNegated, shop));
  const byWait = parts.toSorted((a, b) => waitRank(a, shop) - waitRank(b, shop));
  return { kind: 'group', need: neededOf(group.need, parts.length, isNegated), parts: byWait };
}

/** Parts that can say "not before the next record" come first: they spare the others. */
function waitRank(node: Node, shop: Workshop): number {
  if (node.kind === 'badge') return 0;
  return node.kind === 'leaf' && canWait(node, shop.slots[node.slot]) ? 1 : 2;
}

function compileSequence(criterion: Sequence, isNegated: boolean, shop: Workshop): Node {
  const steps = criterion.sequence.map((step) => compileNode(step, isNegated, shop));
  const chain = shop.chains.push({ steps, withinDays: criterion.withinDays, isWanted: !isNegated }) - 1;
  return { kind: 'sequence', chain, isWanted: !isNegated };
}

function slotOf(leaf: { readonly measure: string; readonly window: number | null }, shop: Workshop): number {
  const key = `${leaf.measure} ${leaf.window}`;
  const known = shop.slotByKey.get(key);
  if (known !== undefined) return known;
  const { measure: id, window } = leaf;
  const slot = { measure: id, window, risesOnlyByRecords: risesOnlyByRecords.has(id) };
  const index = shop.slots.push(slot) - 1;
  shop.slotByKey.set(key, index);
  return index;
}

function canWait({ is, value }: Leaf, slot: Slot): boolean {
  return slot.risesOnlyByRecords && value > 0 && asksForMore(is);
}

// ── Walking the days ─────────────────────────────────────────────────────────────────────────────

const no = 0;
const yes = 1;
/** No, and so it stays until the next day with a record. */
const notYet = 2;
type Answer = typeof no | typeof yes | typeof notYet;

/** Where the walk stands: rewritten day by day. */
interface Walk {
  readonly plan: Plan;
  readonly measure: Probe['measure'];
  readonly crossings: Map<string, SchoolDay>;
  /** Today's measures, by slot; valid where `measuredAt` says today. */
  readonly values: Float64Array;
  readonly measuredAt: Int32Array;
  /** By chain: the latest day on which a chain of the first 1, 2, … steps that is complete by now began. */
  readonly begun: readonly Float64Array[];
  /** Measures count the days before this one. */
  before: SchoolDay;
}

function run(
  plan: Plan,
  history: LearnerHistory,
  measureBy: Probe['measure'],
  held: ReadonlyMap<string, SchoolDay>,
  span: CrossingSpan,
): ReadonlyMap<string, SchoolDay> {
  const walk: Walk = {
    plan,
    measure: measureBy,
    crossings: new Map(held),
    values: new Float64Array(plan.slots.length),
    measuredAt: new Int32Array(plan.slots.length).fill(-2147483648),
    begun: plan.chains.map(({ steps }) => new Float64Array(steps.length).fill(-Infinity)),
    before: span.from,
  };
  const waits = new Uint8Array(plan.badges.length);
  const last = Math.min(span.before, history.before);
  const first = Math.max(span.from, history.from);
  // What lies before the history is unknown, not absent: a rule against a sequence has to see that as well.
  for (let day = first - plan.lookBack; day < last; day++) {
    walk.before = day + 1;
    if (recordsBefore(history, day + 1) > recordsBefore(history, day)) waits.fill(0);
    if (day >= first) visitBadges(walk, waits, day);
    else for (const chain of plan.chains.keys()) advance(walk, chain);
  }
  return walk.crossings;
}

function visitBadges(walk: Walk, waits: Uint8Array, day: SchoolDay): void {
  for (let i = 0; i < walk.plan.badges.length; i++) {
    const { id, root, chains } = walk.plan.badges[i];
    if (waits[i] === 1 || walk.crossings.has(id)) continue;
    for (const chain of chains) advance(walk, chain);
    const answer = ask(walk, root);
    if (answer === yes) walk.crossings.set(id, day);
    // A chain has to see every day, so its badge never waits.
    if (answer === notYet && chains.length === 0) waits[i] = 1;
  }
}

function ask(walk: Walk, node: Node): Answer {
  if (node.kind === 'leaf') return askLeaf(walk, node);
  if (node.kind === 'group') return askGroup(walk, node.need, node.parts);
  if (node.kind === 'badge') return walk.crossings.has(node.badge) === node.isWanted ? yes : no;
  const { withinDays } = walk.plan.chains[node.chain];
  const begun = walk.begun[node.chain];
  return walk.before - begun[begun.length - 1] < withinDays === node.isWanted ? yes : no;
}

function askLeaf(walk: Walk, leaf: Leaf): Answer {
  if (compare(valueOf(walk, leaf.slot), leaf.is, leaf.value)) return yes;
  return canWait(leaf, walk.plan.slots[leaf.slot]) ? notYet : no;
}

function valueOf(walk: Walk, slot: number): number {
  if (walk.measuredAt[slot] === walk.before) return walk.values[slot];
  const { measure: id, window } = walk.plan.slots[slot];
  const value = walk.measure(id, window, walk.before);
  walk.values[slot] = value;
  walk.measuredAt[slot] = walk.before;
  return value;
}

/** Stops at the part that settles it: enough met, or too many that fail. */
function askGroup(walk: Walk, need: number, parts: readonly Node[]): Answer {
  const spare = parts.length - need;
  let [met, failed, waiting] = [0, 0, 0];
  for (const part of parts) {
    const answer = ask(walk, part);
    if (answer === yes && ++met >= need) return yes;
    if (answer === notYet) waiting++;
    if (answer !== yes && ++failed > spare) return waiting > spare ? notYet : no;
  }
  return no;
}

/** Takes a sequence one day on. Later steps first, so that no day serves two steps. */
function advance(walk: Walk, index: number): void {
  const { steps, isWanted } = walk.plan.chains[index];
  const begun = walk.begun[index];
  for (let step = steps.length - 1; step >= 0; step--) {
    const start = step === 0 ? walk.before : begun[step - 1];
    if (start > begun[step] && (ask(walk, steps[step]) === yes) === isWanted) begun[step] = start;
  }
}
