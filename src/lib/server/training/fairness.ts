import {
  compareGaps,
  type FairnessData,
  type FairnessMeasure,
  fairnessReport,
  type Interval,
} from '#lib/ml/evaluate/index.ts';
import type { CardFairness } from '#lib/server/models/card.ts';
import { answersOf, type TaskModel } from '#lib/server/models/task-model.ts';
import { type Dataset, inputsOf, type PartRows, pickRows } from './dataset.ts';

/** Of which answers people act on: the chance of these classes together, from this line on. */
export interface Flag {
  readonly classes: readonly number[];
  readonly from: number;
}

/** Group by learner, for each protected attribute the school recorded. Never an input of any model. */
export type ProtectedGroups = ReadonlyMap<string, ReadonlyMap<number, string>>;

type Answering = Pick<TaskModel, 'model' | 'calibration'>;

/** A model seen by the held-out rows of one attribute; rows of learners whose group is not known take no part. */
interface Question {
  readonly dataset: Dataset;
  readonly flag: Flag;
  readonly seed: number;
}

/** How the model treats the groups of each attribute on the held-out rows. */
export function fairnessCards(model: Answering, groups: ProtectedGroups, question: Question): CardFairness[] {
  const cards: CardFairness[] = [];
  for (const [attribute, groupOf] of groups) {
    const rows = rowsWithGroup(question.dataset.parts.test, groupOf);
    if (rows.length === 0) continue;
    const report = fairnessReport({ ...dataOf(model, rows, groupOf, question), seed: question.seed });
    const gaps = Object.entries(report.gaps).flatMap(([measure, gap]) =>
      gap ? [[measure, gap.difference] as const] : [],
    );
    cards.push({
      attribute,
      threshold: report.threshold,
      groups: report.groups.map((group) =>
        group.suppressed ? { ...group, reason: String(group.reason) } : group,
      ),
      gaps: Object.fromEntries(gaps),
    });
  }
  return cards;
}

/** A gap between two groups that a fresh model would widen beyond the bound. */
export interface WidenedGap {
  readonly attribute: string;
  readonly measure: FairnessMeasure;
  readonly groups: readonly [highest: string, lowest: string];
  readonly widening: Interval;
}

/** The gaps that are surely wider with the fresh model than with the champion, by more than `bound`. */
export function widenedGaps(
  fresh: TaskModel,
  champion: TaskModel,
  groups: ProtectedGroups,
  bound: number,
  question: Question,
): WidenedGap[] {
  return [...groups].flatMap(([attribute, groupOf]) => {
    const rows = rowsWithGroup(question.dataset.parts.test, groupOf);
    if (rows.length === 0) return [];
    const [own, others] = [fresh, champion].map((model) => dataOf(model, rows, groupOf, question));
    const changes = compareGaps({ ...own, fresh: own, champion: others, bound, seed: question.seed });
    return changes
      .filter(({ verdict }) => verdict === 'wider')
      .map(({ measure, fresh: gap, widening }) => ({
        attribute,
        measure,
        groups: [gap.highest, gap.lowest] as const,
        widening,
      }));
  });
}

function rowsWithGroup({ learners }: PartRows, groupOf: ReadonlyMap<number, string>): Uint32Array {
  return Uint32Array.from(learners.keys()).filter((row) => groupOf.has(learners[row]));
}

function dataOf(
  model: Answering,
  rows: Uint32Array,
  groupOf: ReadonlyMap<number, string>,
  { dataset, flag }: Question,
): FairnessData {
  const part = pickRows(dataset.parts.test, rows);
  const { labels, learners } = part;
  const answers = answersOf(model, inputsOf(part, model.model.columns));
  const { outputs } = model.model;
  const chance = (row: number) => flag.classes.reduce((sum, c) => sum + answers[row * outputs + c], 0);
  return {
    answers: outputs === 1 ? answers : Float64Array.from(rows, (_, row) => Math.min(1, chance(row))),
    labels: labels.map((label) => Number(flag.classes.includes(label))),
    groups: Array.from(learners, (learner) => groupOf.get(learner) ?? ''),
    learners,
    threshold: flag.from,
  };
}
