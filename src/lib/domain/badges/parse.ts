import { measures } from '../features/index.ts';
import type { Bilingual, MeasureInfo, WindowRule } from '../features/feature.ts';
import { type Badge, badgeFamilies, type Criterion, type Emblem, rarities } from './badge.ts';
import { comparisons } from './criterion.ts';
import {
  emblemAccents,
  type EmblemAttribute,
  emblemAttributes,
  emblemBorders,
  emblemOrnaments,
  emblemPalettes,
  emblemRibbons,
  emblemShapes,
  emblemSymbols,
  storedEmblem,
} from './emblem.ts';
import { RuleError, type RuleIssue, show, verbatim } from './rule-error.ts';

/** Bounds on a rule from outside: what a person can still read, and what a server can evaluate for a school. */
export const ruleLimits = {
  depth: 8,
  leaves: 50,
  /** Parts of every sort; a tree of 50 leaves and depth 8 written without detours stays below. */
  parts: 200,
  withinDays: 366,
  issues: 20,
} as const;

const badgeId = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const measureById: ReadonlyMap<string, MeasureInfo> = new Map(measures.map((info) => [info.id, info]));

type Fields = Readonly<Record<string, unknown>>;

/** Where a parse stands: what it found wrong and how much it has read. */
interface Reading {
  readonly issues: RuleIssue[];
  parts: number;
  leaves: number;
  isInSequence: boolean;
}

class TooMuch extends Error {}

/** @throws RuleError naming each field, what was expected and what came. */
export function parseCriterion(value: unknown): Criterion {
  return parse((reading) => readCriterion(reading, value, 'criterion', 1));
}

/** @throws RuleError naming each field, what was expected and what came. */
export function parseBadge(value: unknown): Badge {
  return parse((reading) => readBadge(reading, value));
}

function parse<T>(read: (reading: Reading) => T): T {
  const reading: Reading = { issues: [], parts: 0, leaves: 0, isInSequence: false };
  try {
    const result = read(reading);
    if (reading.issues.length === 0) return result;
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
  }
  throw new RuleError(reading.issues);
}

/** Notes what is wrong and goes on, so that a form can show all errors at once. */
function refuse(reading: Reading, path: string, expected: Bilingual, value: unknown): void {
  reading.issues.push({ path, expected, got: show(value) });
  if (reading.issues.length >= ruleLimits.issues) throw new TooMuch();
}

// For a measure that is itself refused: its window can only be checked roughly.
const anyWindow: WindowRule = { shortest: 1, longest: 730, takesWholePast: true };

const days: Bilingual = { it: ' giorni', en: ' days' };
const daysOrNull: Bilingual = { it: ' giorni, o null', en: ' days, or null' };

const anId: Bilingual = {
  it: 'un id da 1 a 64 lettere minuscole, cifre e trattini interni',
  en: 'an id of 1 to 64 lowercase letters, digits and inner hyphens',
};

const aMeasure: Bilingual = {
  it: 'l’id di una misura, come "active-days"',
  en: 'the id of a measure such as "active-days"',
};

const shallower: Bilingual = {
  it: `una regola profonda al massimo ${ruleLimits.depth} livelli`,
  en: `a rule at most ${ruleLimits.depth} levels deep`,
};

const someCriteria: Bilingual = {
  it: `una lista da 1 a ${ruleLimits.leaves} criteri`,
  en: `a list of 1 to ${ruleLimits.leaves} criteria`,
};

// What stands in for a refused part: never returned, since an issue was noted.
const refused: Criterion = { all: [] };

const forms: readonly {
  readonly fields: readonly string[];
  readonly read: (reading: Reading, fields: Fields, path: string, depth: number) => Criterion;
}[] = [
  {
    fields: ['all'],
    read: (reading, { all }, path, depth) => ({ all: readList(reading, all, `${path}.all`, depth) }),
  },
  {
    fields: ['any'],
    read: (reading, { any }, path, depth) => ({ any: readList(reading, any, `${path}.any`, depth) }),
  },
  {
    fields: ['not'],
    read: (reading, { not }, path, depth) => ({ not: readCriterion(reading, not, `${path}.not`, depth + 1) }),
  },
  { fields: ['atLeast', 'of'], read: readAtLeast },
  { fields: ['measure', 'window', 'is', 'value'], read: readMeasure },
  { fields: ['holds'], read: readHolds },
  { fields: ['sequence', 'withinDays'], read: readSequence },
];

const formFields =
  '{ all }, { any }, { not }, { atLeast, of }, { measure, window, is, value }, { holds }, { sequence, withinDays }';
const formNames: Bilingual = { it: `una forma fra ${formFields}`, en: `one of ${formFields}` };

function readCriterion(reading: Reading, value: unknown, path: string, depth: number): Criterion {
  if (++reading.parts > ruleLimits.parts) {
    const { parts } = ruleLimits;
    const fewer = { it: `al massimo ${parts} parti in una regola`, en: `at most ${parts} parts in a rule` };
    refuse(reading, path, fewer, value);
    throw new TooMuch();
  }
  if (depth > ruleLimits.depth) {
    refuse(reading, path, shallower, value);
    return refused;
  }
  if (!isFields(value)) {
    refuse(reading, path, formNames, value);
    return refused;
  }
  const form = forms.find(({ fields }) => fields[0] !== undefined && Object.hasOwn(value, fields[0]));
  if (!form) {
    refuse(reading, path, formNames, value);
    return refused;
  }
  refuseOtherFields(reading, value, form.fields, path);
  return form.read(reading, value, path, depth);
}

function readList(reading: Reading, value: unknown, path: string, depth: number): readonly Criterion[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > ruleLimits.leaves) {
    refuse(reading, path, someCriteria, value);
    return [];
  }
  return Array.from(value, (part: unknown, index) =>
    readCriterion(reading, part, `${path}[${index}]`, depth + 1),
  );
}

function readAtLeast(reading: Reading, fields: Fields, path: string, depth: number): Criterion {
  const of = readList(reading, fields['of'], `${path}.of`, depth);
  const atLeast = readInteger(reading, fields['atLeast'], `${path}.atLeast`, 1, Math.max(1, of.length));
  return { atLeast, of };
}

function readMeasure(reading: Reading, fields: Fields, path: string): Criterion {
  countLeaf(reading, path);
  const { measure, window, is, value } = fields;
  const info = typeof measure === 'string' ? measureById.get(measure) : undefined;
  if (!info) refuse(reading, `${path}.measure`, aMeasure, measure);
  return {
    measure: info?.id ?? '',
    window: readWindow(reading, window, `${path}.window`, info),
    is: readOneOf(reading, is, `${path}.is`, comparisons),
    value: readNumber(reading, value, `${path}.value`),
  };
}

function readWindow(reading: Reading, value: unknown, path: string, info?: MeasureInfo): number | null {
  const windows = info ? info.windows : anyWindow;
  if (windows === null) {
    if (value !== null) refuse(reading, path, noWindow(info?.id ?? ''), value);
    return null;
  }
  const { shortest, longest, takesWholePast } = windows;
  if (value === null && takesWholePast) return null;
  return readInteger(reading, value, path, shortest, longest, takesWholePast ? daysOrNull : days);
}

function noWindow(id: string): Bilingual {
  return { it: `null, perché ${id} non ha finestra`, en: `null, since ${id} takes no window` };
}

function readHolds(reading: Reading, fields: Fields, path: string): Criterion {
  countLeaf(reading, path);
  return { holds: readId(reading, fields['holds'], `${path}.holds`) };
}

function readSequence(reading: Reading, fields: Fields, path: string, depth: number): Criterion {
  // Each step is judged on each day of the span; a sequence of sequences would square that.
  if (reading.isInSequence)
    refuse(
      reading,
      path,
      { it: 'nessuna sequenza in una sequenza', en: 'no sequence inside a sequence' },
      fields,
    );
  reading.isInSequence = true;
  const sequence = readList(reading, fields['sequence'], `${path}.sequence`, depth);
  reading.isInSequence = false;
  if (sequence.length === 1)
    refuse(reading, `${path}.sequence`, { it: 'almeno 2 passi', en: 'at least 2 steps' }, fields['sequence']);
  const fewest = Math.max(2, sequence.length);
  return {
    sequence,
    withinDays: readInteger(
      reading,
      fields['withinDays'],
      `${path}.withinDays`,
      fewest,
      ruleLimits.withinDays,
      days,
    ),
  };
}

const fewerConditions: Bilingual = {
  it: `al massimo ${ruleLimits.leaves} condizioni in una regola`,
  en: `at most ${ruleLimits.leaves} conditions in a rule`,
};

function countLeaf(reading: Reading, path: string): void {
  if (++reading.leaves !== ruleLimits.leaves + 1) return;
  reading.issues.push({
    path,
    expected: fewerConditions,
    got: { it: 'una di più', en: 'one more' },
  });
  throw new TooMuch();
}

const badgeFields = [
  'id',
  'family',
  'rarity',
  'tier',
  'series',
  'name',
  'description',
  'criterion',
  'isConsequential',
  'effortDays',
  'emblem',
] as const;

function readBadge(reading: Reading, value: unknown): Badge {
  if (!isFields(value)) {
    refuse(reading, 'badge', objectWith(badgeFields), value);
    throw new TooMuch();
  }
  refuseOtherFields(reading, value, badgeFields, 'badge');
  const { series } = value;
  return {
    id: readId(reading, value['id'], 'id'),
    family: readOneOf(reading, value['family'], 'family', badgeFamilies),
    rarity: readOneOf(reading, value['rarity'], 'rarity', rarities),
    tier: readInteger(reading, value['tier'], 'tier', 1, 20),
    series: series === null ? null : readId(reading, series, 'series'),
    name: readBilingual(reading, value['name'], 'name', 80),
    description: readBilingual(reading, value['description'], 'description', 400),
    criterion: readCriterion(reading, value['criterion'], 'criterion', 1),
    isConsequential: readBoolean(reading, value['isConsequential'], 'isConsequential'),
    effortDays: readInteger(reading, value['effortDays'], 'effortDays', 1, 730, days),
    emblem: readEmblem(reading, value['emblem']),
  };
}

function readBilingual(
  reading: Reading,
  value: unknown,
  path: string,
  longest: number,
): { readonly it: string; readonly en: string } {
  if (!isFields(value)) {
    refuse(reading, path, objectWith(['it', 'en']), value);
    return { it: '', en: '' };
  }
  refuseOtherFields(reading, value, ['it', 'en'], path);
  return {
    it: readText(reading, value['it'], `${path}.it`, longest),
    en: readText(reading, value['en'], `${path}.en`, longest),
  };
}

/** Attributes that came later may be left out; one that is said must be one of those there are. */
function readEmblem(reading: Reading, value: unknown): Emblem {
  const fields = isFields(value) ? value : {};
  if (!isFields(value)) refuse(reading, 'emblem', objectWith(['shape', 'symbol', 'palette']), value);
  else refuseOtherFields(reading, value, emblemAttributes, 'emblem');
  const optional = <T extends string>(name: EmblemAttribute, allowed: readonly [T, ...T[]]): T | undefined =>
    Object.hasOwn(fields, name) ? readOneOf(reading, fields[name], `emblem.${name}`, allowed) : undefined;
  return storedEmblem({
    shape: readOneOf(reading, fields['shape'], 'emblem.shape', emblemShapes),
    symbol: readOneOf(reading, fields['symbol'], 'emblem.symbol', emblemSymbols),
    palette: readOneOf(reading, fields['palette'], 'emblem.palette', emblemPalettes),
    border: optional('border', emblemBorders),
    ribbon: optional('ribbon', emblemRibbons),
    ornament: optional('ornament', emblemOrnaments),
    accent: optional('accent', emblemAccents),
  });
}

function objectWith(fields: readonly string[]): Bilingual {
  const list = fields.join(', ');
  return { it: `un oggetto con ${list}`, en: `an object with ${list}` };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuseOtherFields(reading: Reading, value: Fields, known: readonly string[], path: string): void {
  for (const name of Object.keys(value).slice(0, known.length + ruleLimits.issues)) {
    if (known.includes(name)) continue;
    const fields = known.join(', ');
    refuse(reading, path, { it: `solo i campi ${fields}`, en: `no field but ${fields}` }, name);
  }
}

function readInteger(
  reading: Reading,
  value: unknown,
  path: string,
  least: number,
  most: number,
  unit: Bilingual = verbatim(''),
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  const range = {
    it: `un numero intero da ${least} a ${most}${unit.it}`,
    en: `a whole number from ${least} to ${most}${unit.en}`,
  };
  refuse(reading, path, range, value);
  return least;
}

function readNumber(reading: Reading, value: unknown, path: string): number {
  // -0 would not survive being written as JSON.
  if (typeof value === 'number' && Math.abs(value) <= 1e9) return value === 0 ? 0 : value;
  refuse(reading, path, { it: 'un numero fra -1e9 e 1e9', en: 'a number between -1e9 and 1e9' }, value);
  return 0;
}

function readBoolean(reading: Reading, value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value;
  refuse(reading, path, { it: 'true o false', en: 'true or false' }, value);
  return false;
}

function readText(reading: Reading, value: unknown, path: string, longest: number): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text.length >= 1 && text.length <= longest) return text;
  refuse(reading, path, { it: `da 1 a ${longest} caratteri`, en: `1 to ${longest} characters` }, value);
  return '';
}

function readId(reading: Reading, value: unknown, path: string): string {
  if (typeof value === 'string' && badgeId.test(value)) return value;
  refuse(reading, path, anId, value);
  return '';
}

function readOneOf<T extends string>(
  reading: Reading,
  value: unknown,
  path: string,
  allowed: readonly [T, ...T[]],
): T {
  const found = allowed.find((one) => one === value);
  if (found !== undefined) return found;
  const list = allowed.join(', ');
  refuse(reading, path, { it: `uno fra ${list}`, en: `one of ${list}` }, value);
  return allowed[0];
}
