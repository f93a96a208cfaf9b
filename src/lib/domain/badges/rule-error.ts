import type { Bilingual } from '../features/feature.ts';

/** One thing wrong with a rule, and where in its tree. */
export interface RuleIssue {
  /** Such as `criterion.all[1].window`. */
  readonly path: string;
  readonly expected: Bilingual;
  readonly got: Bilingual;
}

/** A badge or criterion that cannot be accepted: every issue found, the first twenty at most. */
export class RuleError extends Error {
  readonly issues: readonly RuleIssue[];

  constructor(issues: readonly RuleIssue[]) {
    super(
      issues.map(({ path, expected, got }) => `${path}: expected ${expected.en}, got ${got.en}`).join('\n'),
    );
    this.name = 'RuleError';
    this.issues = issues;
  }
}

const longestShown = 60;

/** The same text in both languages: ids, numbers, what was typed. */
export function verbatim(text: string): Bilingual {
  return { it: text, en: text };
}

/** A value from outside in few characters, whatever it is: a cyclic object and a bigint too. */
export function show(value: unknown): Bilingual {
  if (value === undefined || value === '') return { it: 'niente', en: 'nothing' };
  if (typeof value === 'string') return verbatim(shorten(JSON.stringify(value.slice(0, longestShown + 1))));
  if (Array.isArray(value)) return { it: `una lista di ${value.length}`, en: `a list of ${value.length}` };
  if (typeof value === 'object' && value !== null) return showFields(value);
  if (typeof value === 'function') return { it: 'una funzione', en: 'a function' };
  return verbatim(typeof value === 'bigint' ? `${value}n` : String(value));
}

function showFields(value: object): Bilingual {
  const names = Object.keys(value)
    .slice(0, 5)
    .map((name) => JSON.stringify(name.slice(0, 20)));
  if (names.length === 0) return { it: 'un oggetto senza campi', en: 'an object with no fields' };
  const list = shorten(names.join(', '));
  return { it: `un oggetto con ${list}`, en: `an object with ${list}` };
}

function shorten(text: string): string {
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
