/** One thing wrong with a rule, and where in its tree. */
export interface RuleIssue {
  /** Such as `criterion.all[1].window`. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** A badge or criterion that cannot be accepted: every issue found, the first twenty at most. */
export class RuleError extends Error {
  readonly issues: readonly RuleIssue[];

  constructor(issues: readonly RuleIssue[]) {
    super(issues.map(({ path, expected, got }) => `${path}: expected ${expected}, got ${got}`).join('\n'));
    this.name = 'RuleError';
    this.issues = issues;
  }
}

const longestShown = 60;

/** A value from outside in few characters, whatever it is: a cyclic object and a bigint too. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return shorten(JSON.stringify(value.slice(0, longestShown + 1)));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return `an object with ${shorten(namesOf(value))}`;
  return typeof value === 'bigint' ? `${value}n` : typeof value === 'function' ? 'a function' : String(value);
}

function namesOf(value: object): string {
  const names = Object.keys(value).slice(0, 5);
  return names.length === 0 ? 'no fields' : names.map((name) => JSON.stringify(name.slice(0, 20))).join(', ');
}

function shorten(text: string): string {
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
