import { z } from 'zod';

// What a model card holds, as the page and the commands read it. Cards of earlier versions lack the later parts, so those
// are optional; a card that lacks the rest is an error.

const interval = z.object({ value: z.number(), low: z.number(), high: z.number() });
const metrics = z.record(z.string(), interval);
const part = z.object({ from: z.string(), to: z.string(), rows: z.number(), learners: z.number() });

const member = z.object({
  /** xgboost, lightgbm, catboost, forest … */
  name: z.string(),
  /** How much the stack listens to it; null when a single member serves. */
  weight: z.number().nullable(),
  metrics,
});

const network = z.object({
  /** bilstm, transformer … */
  name: z.string(),
  verdict: z.enum(['entered', 'not surely better', 'no help']),
  /** Log loss of the stack with it less that without it, on the calibration part, which decided; null when not tried. */
  difference: interval.nullable(),
  /** The same on the test part, which had no say. */
  onTest: interval.nullable(),
  /** Alone, on the test part. */
  auc: interval,
});

const fairnessGroup = z.discriminatedUnion('suppressed', [
  z.object({ group: z.string(), suppressed: z.literal(true), reason: z.string() }),
  z.object({
    group: z.string(),
    suppressed: z.literal(false),
    rows: z.number(),
    learners: z.number(),
    /** One of ml/evaluate's fairness measures each; null where too few say it. */
    measures: z.record(z.string(), interval.nullable()),
  }),
]);

const fairness = z.object({
  attribute: z.string(),
  /** From this answer on a learner counts as flagged. */
  threshold: z.number(),
  groups: z.array(fairnessGroup),
  /** The largest difference between two groups, by measure. */
  gaps: z.record(z.string(), interval),
});

export const cardSchema = z.object({
  codeVersion: z.string().nullish(),
  window: z.object({ from: z.string(), to: z.string() }),
  split: z.string(),
  rows: z.object({ train: part, calibrate: part, test: part }),
  seed: z.number(),
  method: z.object({ kind: z.string(), options: z.record(z.string(), z.unknown()) }),
  /** Which model answers, and why that one. */
  served: z.object({ name: z.string(), because: z.string() }).optional(),
  members: z.array(member).optional(),
  /** Networks that were tried in the stack. */
  networks: z.array(network).optional(),
  metrics,
  reliability: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      rows: z.number(),
      said: z.number(),
      happened: z.number(),
      low: z.number().optional(),
      high: z.number().optional(),
    }),
  ),
  calibration: z.array(z.string()),
  baselines: z.array(z.object({ name: z.string(), metrics })),
  /** Mean absolute Shapley value as a share of all, largest first; the interval redraws learners. */
  importance: z.array(
    z.object({
      feature: z.string(),
      share: z.number(),
      low: z.number().optional(),
      high: z.number().optional(),
    }),
  ),
  /** How much the log loss rises when a column is shuffled. */
  permutation: z.array(z.object({ feature: z.string(), rise: interval })).optional(),
  /** One point a held-out row: the Shapley value, and where the value stands among all, 0 to 1; null when missing. */
  beeswarm: z
    .array(
      z.object({
        feature: z.string(),
        points: z.array(z.tuple([z.number(), z.number().nullable()])),
      }),
    )
    .optional(),
  /** Accumulated local effects: how the answer moves with one input, in probability. */
  dependence: z
    .array(
      z.object({
        feature: z.string(),
        points: z.array(z.object({ at: z.number(), effect: z.number(), rows: z.number() })),
      }),
    )
    .optional(),
  /** Conformal sets: of learners of each class, the share whose set holds it; and how often the set says nothing. */
  conformal: z
    .object({
      coverage: z.number(),
      classes: z.array(z.object({ name: z.string(), rows: z.number(), covered: interval })),
      meanSize: z.number(),
      undecided: z.number(),
    })
    .optional(),
  fairness: z.array(fairness).optional(),
});

export type Card = z.infer<typeof cardSchema>;
export type CardNetwork = z.infer<typeof network>;
export type CardFairness = z.infer<typeof fairness>;

const agreement = z.object({
  rows: z.number(),
  learners: z.number(),
  /** Rank correlation of the small model's answers with those of the one it imitates. */
  spearman: interval,
  /** Mean |mean small − mean imitated| in bins of equal count. */
  calibrationError: interval,
  /** What one learner sees on one day; null when too few rows of one were at hand. */
  looks: z.object({ looks: z.number(), spearman: z.number(), topThree: z.number() }).nullable(),
});

/** The card of the small model for the browser. It answers no task: it is held to the model it imitates. */
export const previewCardSchema = z.object({
  /** The version of badge-chance. */
  imitates: z.string(),
  trainedAt: z.string(),
  codeVersion: z.string().nullish(),
  seed: z.number(),
  /** Units of each layer. */
  layers: z.array(z.number()),
  weights: z.number(),
  format: z.string(),
  /** Of the file that the browser fetches first. */
  bytes: z.number(),
  /** Real rows, rows made as a what-if might have them, rows that said when to stop. */
  rows: z.object({ learnt: z.number(), moved: z.number(), stopping: z.number() }),
  learners: z.object({ learnt: z.number(), stopping: z.number(), judged: z.number() }),
  epochs: z.number(),
  bestEpoch: z.number(),
  seconds: z.number(),
  bounds: z.object({ spearman: z.number(), calibrationError: z.number() }),
  fidelity: agreement,
  /** The same on rows made as a what-if might have them. */
  whatIf: agreement,
  /** Both held to what happened; null where too little did. */
  outcomes: z.object({ rows: z.number(), teacher: metrics, student: metrics }).nullable(),
});

export type PreviewCard = z.infer<typeof previewCardSchema>;

/** The card of the model that places learners. It answers no task: it is held to what it keeps of learners it never saw. */
export const pathCardSchema = z.object({
  trainedAt: z.string(),
  codeVersion: z.string().nullish(),
  seed: z.number(),
  method: z.object({ bottleneck: z.number() }),
  window: z.object({ from: z.string(), to: z.string(), stepDays: z.number() }),
  trainedOn: z.object({ rows: z.number(), learners: z.number(), epochs: z.number() }),
  judgement: z.object({
    rows: z.number(),
    learners: z.number(),
    /** Share of how learners differ that is kept. */
    kept: z.object({ value: z.number(), low: z.number(), high: z.number() }),
    /** What as many numbers would keep of noise. */
    keptOfNoise: z.number(),
  }),
});

export type PathCard = z.infer<typeof pathCardSchema>;
