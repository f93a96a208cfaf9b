import type { Bilingual } from '../features/feature.ts';
import type { Badge } from './badge.ts';
import { badgesNamedIn } from './criterion.ts';
import { RuleError, type RuleIssue, verbatim } from './rule-error.ts';

const knownBadge: Bilingual = {
  it: 'l’id di un distintivo di questa scuola',
  en: 'the id of a badge of this school',
};
const noCircle: Bilingual = { it: 'nessun circolo fra le regole', en: 'no circle among the rules' };

type Ruled = Pick<Badge, 'id' | 'criterion'>;

/**
 * The badges so ordered that each comes after those its rule names; otherwise in the order given.
 * @throws RuleError when a rule names a badge that is not among them, or when rules wait for each other in a circle.
 */
export function inOrderOfNeed<T extends Ruled>(badges: readonly T[]): readonly T[] {
  const byId = new Map(badges.map((badge) => [badge.id, badge]));
  const issues = badges.flatMap((badge) => unknownBadges(badge, byId));
  if (issues.length > 0) throw new RuleError(issues);
  const ordered = new Set<T>();
  for (const badge of badges) place(badge, byId, ordered, []);
  return [...ordered];
}

function unknownBadges(badge: Ruled, byId: ReadonlyMap<string, Ruled>): readonly RuleIssue[] {
  return [...badgesNamedIn(badge.criterion)]
    .filter((id) => !byId.has(id))
    .map((id) => ({ path: `${badge.id}: holds`, expected: knownBadge, got: verbatim(id) }));
}

function place<T extends Ruled>(
  badge: T,
  byId: ReadonlyMap<string, T>,
  ordered: Set<T>,
  waiting: readonly string[],
): void {
  if (ordered.has(badge)) return;
  const circle = waiting.indexOf(badge.id);
  if (circle >= 0) {
    const ring = [...waiting.slice(circle), badge.id].join(' → ');
    throw new RuleError([{ path: `${badge.id}: holds`, expected: noCircle, got: verbatim(ring) }]);
  }
  for (const id of badgesNamedIn(badge.criterion)) {
    const needed = byId.get(id);
    if (needed) place(needed, byId, ordered, [...waiting, badge.id]);
  }
  ordered.add(badge);
}
