/** Why a person is asked. */
export type ReviewCause = 'low confidence' | 'consequential' | 'audit' | 'rule changed';

/** What to do about a rule that is met. `audit`: awarded, and a teacher looks at it all the same. */
export type Verdict =
  | { readonly verdict: 'award'; readonly audit: boolean }
  | { readonly verdict: 'review'; readonly cause: ReviewCause };

export interface Weighed {
  /** Probability that the award is deserved. */
  readonly confidence: number;
  readonly threshold: number;
  readonly isConsequential: boolean;
  readonly isAudited: boolean;
}

/** The line between a badge that is given and one that a teacher decides. */
export function verdictOf(weighed: Weighed): Verdict {
  if (weighed.isConsequential) return { verdict: 'review', cause: 'consequential' };
  // Written positively, so that a confidence that is no number goes to a person.
  if (weighed.confidence >= weighed.threshold) return { verdict: 'award', audit: weighed.isAudited };
  return { verdict: 'review', cause: 'low confidence' };
}

/** Share of the sure awards that a teacher checks all the same, so that their error stays measured. */
export const auditShare = 0.02;

/** A fixed draw for a key: the same award is audited however often it is evaluated. */
export function isAudited(key: string, share: number = auditShare): boolean {
  return fractionOf(key) < share;
}

/** FNV-1a with a finishing mix, as a fraction in [0, 1). */
function fractionOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return ((hash ^ (hash >>> 15)) >>> 0) / 4294967296;
}
