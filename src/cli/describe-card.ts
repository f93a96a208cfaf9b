import type { Interval } from '#lib/ml/evaluate/index.ts';
import {
  type Card,
  type CardNetwork,
  cardSchema,
  type PreviewCard,
  previewCardSchema,
} from '#lib/server/models/card.ts';
import { previewTask } from '#lib/server/models/preview-model.ts';
import type { ModelCard } from '#lib/server/models/registry.ts';

/** A model card as lines for a terminal: the model, its members and its baselines, metric by metric, with 95 % intervals. */
export function describeCard(stored: ModelCard): string[] {
  const card = cardSchema.parse(stored);
  const { metrics, baselines, members = [], networks = [], rows, split, importance } = card;
  const names = Object.keys(metrics);
  const lines = [
    { name: 'this model', metrics },
    ...members.map(({ name, weight, metrics: own }) => ({ name: memberName(name, weight), metrics: own })),
    ...baselines,
  ];
  const width = Math.max(...lines.map(({ name }) => name.length));
  const shown = importance.slice(0, 5).map(({ feature, share }) => `${feature} ${Math.round(100 * share)} %`);
  return [
    `split ${split}`,
    ...Object.entries(rows).map(
      ([part, { rows: count, from, to }]) => `${part}: ${count} rows, ${from} to ${to}`,
    ),
    ...(card.served ? [`serves: ${card.served.name} (${card.served.because})`] : []),
    [' '.repeat(width), ...names.map((name) => name.padEnd(20))].join('  ').trimEnd(),
    ...lines.map((line) =>
      [line.name.padEnd(width), ...names.map((name) => cell(line.metrics[name]).padEnd(20))]
        .join('  ')
        .trimEnd(),
    ),
    ...networks.map(describeNetwork),
    ...describeSets(card),
    `reads most: ${shown.join(', ')}`,
  ];
}

/** Any version's card: what answers a task, or what imitates one that does. */
export function describeVersion(task: string, stored: ModelCard): string[] {
  return task === previewTask ? describePreview(previewCardSchema.parse(stored)) : describeCard(stored);
}

/** The card of the small model for the browser as lines for a terminal. */
export function describePreview(card: PreviewCard): string[] {
  const { fidelity, whatIf, bounds, rows, learners, outcomes } = card;
  return [
    `imitates ${card.imitates}: ${card.layers.join('-')}, ${card.weights} weights, ${card.bytes} bytes as ${card.format}`,
    `learnt from ${rows.learnt} rows and ${rows.moved} made of them, of ${learners.learnt} learners, in ${card.seconds.toFixed(0)} s`,
    ...[
      { name: `held out, ${learners.judged} learners`, found: fidelity },
      { name: 'the same, moved as a what-if moves them', found: whatIf },
    ].map(
      ({ name, found }) =>
        `${name}: rank correlation ${cell(found.spearman)}, calibration error ${cell(found.calibrationError)}`,
    ),
    `bounds: at least ${bounds.spearman}, at most ${bounds.calibrationError}`,
    ...(fidelity.looks
      ? [
          `what one learner sees: rank correlation ${fidelity.looks.spearman.toFixed(3)}, first three shared ${Math.round(100 * fidelity.looks.topThree)} %`,
        ]
      : []),
    ...(outcomes
      ? Object.keys(outcomes.student).map(
          (name) => `${name}: ${cell(outcomes.student[name])}, imitated ${cell(outcomes.teacher[name])}`,
        )
      : []),
  ];
}

/** How it does alone, what it would change, and whether it entered. */
function describeNetwork({ name, verdict, difference, onTest, auc }: CardNetwork): string {
  const said = verdict === 'entered' ? 'entered' : `not entered (${verdict})`;
  const change =
    difference && onTest ? `; log loss ${signed(difference)} to calibrate by, ${signed(onTest)} on test` : '';
  return `network ${name}: ${said}; alone AUC ${cell(auc)}${change}`;
}

function signed({ value, low, high }: Interval): string {
  const [by, from, to] = [value, low, high].map((one) => `${one < 0 ? '−' : '+'}${Math.abs(one).toFixed(4)}`);
  return `${by} (${from} to ${to})`;
}

function memberName(name: string, weight: number | null): string {
  return weight === null ? `· ${name}` : `· ${name} × ${weight.toFixed(2)}`;
}

function describeSets({ conformal }: Card): string[] {
  if (!conformal) return [];
  const classes = conformal.classes.map(({ name, covered }) => `${name} ${cell(covered)}`);
  const promised = Math.round(100 * conformal.coverage);
  return [
    `sets at ${promised} %: ${classes.join(', ')}; cannot tell ${Math.round(100 * conformal.undecided)} %`,
  ];
}

function cell(interval: Interval | undefined): string {
  if (!interval) return '–';
  return `${interval.value.toFixed(3)} (${interval.low.toFixed(3)}–${interval.high.toFixed(3)})`;
}
