import type { z } from 'zod';
import { inputValue } from '#lib/i18n/changes.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { inputName } from '#lib/i18n/model-inputs.ts';
import { type Card, type CardFairness, cardSchema } from '../models/card.ts';
import { listModels, type ModelStatus, type ModelVersion } from '../models/registry.ts';
import { type TaskName, taskNames } from '../models/task-model.ts';
import type { SchoolScope } from '../platform/db/client.ts';

export type { CardFairness } from '../models/card.ts';

export interface VersionRow {
  readonly version: string;
  readonly status: ModelStatus;
  readonly trainedAt: Date;
  readonly message: string | null;
}

export function versionRow({ version, status, trainedAt, message }: ModelVersion): VersionRow {
  return { version, status, trainedAt, message };
}

/** A measured value with its 95 % interval. */
export type Interval = Card['metrics'][string];

/** What a model makes of its inputs, each by its name; a list is empty where the card says nothing of it. */
export interface InputsView {
  readonly importance: readonly {
    readonly name: string;
    readonly share: number;
    readonly low: number | null;
    readonly high: number | null;
  }[];
  readonly permutation: readonly { readonly name: string; readonly rise: Interval }[];
  /** Points: the effect in log-odds, and where the value stands among all, 0 to 1; null when missing. */
  readonly beeswarm: readonly {
    readonly name: string;
    readonly points: readonly (readonly [number, number | null])[];
  }[];
  /** Effects in probability. */
  readonly dependence: readonly {
    readonly name: string;
    readonly points: readonly { readonly at: string; readonly effect: number; readonly rows: number }[];
  }[];
}

/** How far apart two groups are under the present model and under one that waits. */
export interface GapChange {
  readonly attribute: string;
  readonly measure: string;
  readonly present: Interval | null;
  readonly newer: Interval;
}

/** A version newer than the champion that training did not put to work. */
export interface WaitingVersion {
  readonly version: string;
  readonly trainedAt: Date;
  readonly message: string | null;
  readonly gaps: readonly GapChange[];
}

/** A task with the model that scores now and all that came before. */
export interface TaskView {
  readonly task: TaskName;
  readonly champion: { readonly version: string; readonly trainedAt: Date; readonly card: ShownCard } | null;
  readonly inputs: InputsView;
  readonly waiting: WaitingVersion | null;
  readonly versions: readonly VersionRow[];
}

const inputParts = { importance: true, permutation: true, beeswarm: true, dependence: true } as const;
const inputsSchema = cardSchema.pick(inputParts);
const shownSchema = cardSchema.omit(inputParts);

/** A card without what `inputs` tells in words: its thousands of points would travel twice. */
export type ShownCard = z.infer<typeof shownSchema>;

const inputsShown = 12;
const dependenceShown = 6;

/** Every task of the house, trained or not. @throws ZodError for a card that lacks what cards hold */
export async function loadTasks(scope: SchoolScope, locale: Locale): Promise<TaskView[]> {
  const models = Map.groupBy(await listModels(scope), ({ task }) => task);
  return taskNames.map((task) => taskView(task, models.get(task) ?? [], locale));
}

function taskView(task: TaskName, own: readonly ModelVersion[], locale: Locale): TaskView {
  const found = own.find(({ status }) => status === 'champion');
  const card = found && shownSchema.parse(found.card);
  return {
    task,
    champion: found && card ? { version: found.version, trainedAt: found.trainedAt, card } : null,
    inputs: inputsView(found ? inputsSchema.parse(found.card) : {}, locale),
    waiting: found && card ? waitingVersion(own, found, card) : null,
    versions: own.map(versionRow),
  };
}

export function inputsView(card: Partial<z.infer<typeof inputsSchema>>, locale: Locale): InputsView {
  const nameOf = (feature: string) => inputName(feature, locale) ?? feature;
  const { importance = [], permutation = [], beeswarm = [], dependence = [] } = card;
  return {
    importance: importance.slice(0, inputsShown).map(({ feature, share, low = null, high = null }) => ({
      name: nameOf(feature),
      share,
      low,
      high,
    })),
    permutation: permutation
      .slice(0, inputsShown)
      .map(({ feature, rise }) => ({ name: nameOf(feature), rise })),
    beeswarm: beeswarm
      .slice(0, inputsShown)
      .map(({ feature, points }) => ({ name: nameOf(feature), points })),
    dependence: dependence.slice(0, dependenceShown).map(({ feature, points }) => ({
      name: nameOf(feature),
      points: points.map(({ at, effect, rows }) => ({ at: inputValue(locale, feature, at), effect, rows })),
    })),
  };
}

/** The newest challenger since the champion was trained. */
function waitingVersion(
  own: readonly ModelVersion[],
  champion: ModelVersion,
  card: ShownCard,
): WaitingVersion | null {
  const newest = own.find(
    ({ status, trainedAt }) => status === 'challenger' && trainedAt > champion.trainedAt,
  );
  if (!newest) return null;
  const { version, trainedAt, message } = newest;
  const gaps = gapChanges(card.fairness ?? [], shownSchema.parse(newest.card).fairness ?? []);
  return { version, trainedAt, message, gaps };
}

/** The gaps of a newer version beside the present ones, the most widened first. */
export function gapChanges(present: readonly CardFairness[], newer: readonly CardFairness[]): GapChange[] {
  const changes = newer.flatMap(({ attribute, gaps }) => {
    const before = present.find((report) => report.attribute === attribute)?.gaps ?? {};
    return Object.entries(gaps).map(([measure, gap]) => ({
      attribute,
      measure,
      present: before[measure] ?? null,
      newer: gap,
    }));
  });
  return changes.toSorted((a, b) => widening(b) - widening(a));
}

/** Zero for a gap that has nothing to be compared with. */
function widening({ present, newer }: GapChange): number {
  return present ? newer.value - present.value : 0;
}
