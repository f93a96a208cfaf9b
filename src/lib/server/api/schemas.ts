import { z } from 'zod';
import { badgeFamilies, rarities } from '#lib/domain/badges/index.ts';
import { signNames } from '#lib/domain/decisions/confidence.ts';
import { engagementLevels } from '../monitoring/predictions.ts';

// The API's words. The same schema checks what goes out, and writes the OpenAPI document.

const instant = z.iso.datetime({ offset: true });
const date = z.iso.date();
const share = z.number().min(0).max(1);
const count = z.int().min(0);

const bilingual = z.object({ it: z.string(), en: z.string() }).meta({ id: 'Bilingual' });

/** For addresses that take no parameters. */
export const noQuery = z.object({});

/** @see RFC 9457 */
export const problemSchema = z
  .object({
    type: z.string().describe('Names the kind of problem; stable.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe('What was expected and what came.'),
    errors: z
      .array(z.object({ field: z.string(), expected: z.string(), got: z.string() }))
      .optional()
      .describe('One entry for each field at fault.'),
  })
  .meta({ id: 'Problem' });

export const statusSchema = z
  .object({
    name: z.literal('Merito'),
    version: z.string(),
    time: instant,
    documentation: z.string().describe('The page that explains this API.'),
    openapi: z.string(),
  })
  .meta({ id: 'Status' });

export const healthSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

export const readySchema = z
  .object({ status: z.literal('ready'), database: z.literal('ok') })
  .meta({ id: 'Ready' });

const learner = z
  .object({
    id: z.string().describe("The school's own id."),
    name: z.string(),
    joinedOn: date,
  })
  .meta({ id: 'Learner' });

const badge = z
  .object({
    id: z.string(),
    name: bilingual,
    family: z.enum(badgeFamilies),
    rarity: z.enum(rarities).describe('As declared; the live rarity follows the share that holds it.'),
  })
  .meta({ id: 'Badge' });

const evidence = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('measure'),
      path: z.string(),
      measure: z.string(),
      window: z.int().nullable().describe('Days looked back; null for the whole past.'),
      is: z.enum(['at-least', 'at-most', 'more-than', 'less-than']),
      needed: z.number(),
      actual: z.number().nullable(),
      isMet: z.boolean(),
    }),
    z.object({
      kind: z.literal('badge'),
      path: z.string(),
      badge: z.string(),
      needed: z.boolean(),
      actual: z.boolean(),
      isMet: z.boolean(),
    }),
    z.object({
      kind: z.literal('sequence'),
      path: z.string(),
      withinDays: z.int(),
      needed: z.boolean(),
      steps: z.array(date.nullable()),
      isMet: z.boolean(),
    }),
  ])
  .meta({ id: 'Evidence' });

const missingMeasure = z.object({
  kind: z.literal('measure'),
  path: z.string(),
  measure: z.string(),
  window: z.int().nullable(),
  is: z.enum(['at-least', 'at-most', 'more-than', 'less-than']),
  needed: z.number(),
  actual: z.number().nullable(),
  gap: z.number().nullable().describe("How far actual is from needed, in the measure's unit."),
});

const missing = z
  .union([
    missingMeasure,
    z.object({ kind: z.literal('badge'), path: z.string(), badge: z.string(), needed: z.boolean() }),
    z.object({
      kind: z.literal('step'),
      path: z.string(),
      step: z.int(),
      of: z.int(),
      missing: z.array(z.unknown()).describe('What the next step lacks, in this same form.'),
    }),
    z.object({ kind: z.literal('pass'), path: z.string(), withinDays: z.int() }),
  ])
  .meta({ id: 'Missing' });

const award = z
  .object({
    badge,
    crossedOn: date.describe('The day on which the rule was first met.'),
    awardedAt: instant,
    confidence: share,
    decidedBy: z.enum(['system', 'teacher']),
  })
  .meta({ id: 'Award' });

const contribution = z
  .object({
    feature: z.string(),
    name: bilingual,
    value: z.number().nullable(),
    effect: z.number().describe("How far it moved the answer, in the model's own margin."),
  })
  .meta({ id: 'Contribution' });

const prediction = z
  .object({
    task: z.string(),
    subject: z.string().describe('The badge or the class it is about; empty for the learner as a whole.'),
    value: z.number(),
    label: z.string().nullable(),
    confidence: share,
    modelVersion: z.string(),
    scoredAt: instant,
  })
  .meta({ id: 'Prediction' });

const explained = prediction.extend({ because: z.array(contribution) }).meta({ id: 'ExplainedPrediction' });

export const analysisSchema = z
  .object({
    learner,
    measuredBefore: date.describe('Activity before this day counted.'),
    engagement: explained.nullable().describe('Null until a model is trained.'),
    risk: z
      .array(explained)
      .describe('One entry a class. Empty for learners themselves, who get help, not labels.'),
    features: z.array(
      z.object({
        id: z.string(),
        name: bilingual,
        unit: z.string(),
        good: z.enum(['high', 'low', 'neither']),
        value: z.number().nullable().describe('Null when it cannot be measured.'),
      }),
    ),
    awards: z.array(award),
  })
  .meta({ id: 'Analysis' });

export const recommendationsSchema = z
  .object({
    learner,
    recommendations: z.array(
      z.object({
        badge,
        chance: share.nullable().describe('Within four weeks, by the model; null until one is trained.'),
        progress: share,
        daysLeft: z.int().describe('Usual days of work left.'),
        priority: z.number().describe('Chance × value / effort: comparable within one learner.'),
        why: z.enum(['likely', 'near', 'valuable']),
        missing: z.array(missing),
        modelVersion: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Recommendations' });

export const assignmentSchema = z
  .object({
    learner,
    decisions: z
      .array(
        z.object({
          badge,
          verdict: z.enum(['award', 'review']),
          confidence: share,
          threshold: share.nullable(),
          crossedOn: date,
          reason: z.string().nullable(),
          effects: z.array(z.object({ sign: z.enum(signNames), effect: z.number() })),
          evidence: z.array(evidence),
        }),
      )
      .describe('What this call decided; empty when nothing new was met.'),
    awards: z.array(award).describe('All that the learner holds now.'),
  })
  .meta({ id: 'Assignment' });

const levels = z.record(z.enum(engagementLevels), count).meta({ id: 'EngagementLevels' });

const active = z
  .object({
    learners: count,
    day: count,
    week: count,
    month: count.describe('Over the last 28 days.'),
  })
  .meta({ id: 'ActiveLearners' });

export const engagementQuery = z.object({
  days: z.coerce.number().int().min(1).max(366).default(28).describe('How many days back.'),
});

export const engagementSchema = z
  .object({
    active,
    levels: levels.describe('Learners on each level, by the model.'),
    days: z.array(z.object({ day: date, active: count, events: count })),
    badges: z.array(
      z.object({ badge, holders: count, share, liveRarity: z.enum(rarities).nullable(), recent: count }),
    ),
  })
  .meta({ id: 'Engagement' });

export const predictionsQuery = z.object({
  task: z.enum(['at-risk', 'badge-chance', 'engagement-level']).default('at-risk'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

const model = z
  .object({ task: z.string(), version: z.string(), trainedAt: instant, ageDays: z.number() })
  .meta({ id: 'Model' });

export const predictionsSchema = z
  .object({
    models: z.array(model),
    summaries: z.array(
      z.object({
        task: z.string(),
        scored: count,
        mean: share,
        tenths: z.array(count).length(10).describe('Counts in [0, 0.1), [0.1, 0.2), … [0.9, 1].'),
      }),
    ),
    predictions: z
      .array(prediction.extend({ learner: z.string() }).meta({ id: 'LearnerPrediction' }))
      .describe('Highest first.'),
  })
  .meta({ id: 'Predictions' });

const threshold = z
  .object({
    threshold: share,
    bound: share.describe('The greatest share of undeserved automatic awards the school accepts.'),
    reviewed: count.describe('Reviewed decisions it rests on.'),
    audited: count,
    estimatedFalseShare: z.object({ value: share, low: share, high: share }).nullable(),
    basis: z.enum(['cautious', 'reviewed']),
    confidenceVersion: z.string(),
  })
  .meta({ id: 'Threshold' });

export const metricsSchema = z
  .object({
    at: instant,
    events: z.object({ lastMinute: count, lastHour: count }),
    active,
    awardsToday: count,
    openReviews: count,
    decisions: z
      .object({ automatic: count, asked: count })
      .describe('Over the last 28 days: decided alone, and given to a teacher.'),
    threshold,
    engagement: levels,
    models: z.array(model),
    backlog: z.object({ waiting: count, oldestSeconds: z.number().min(0) }),
  })
  .meta({ id: 'Metrics' });

export const receiptSchema = z
  .object({
    accepted: count,
    repeated: count.describe('Known ids: counted once, whatever was sent.'),
    refused: z.array(z.object({ index: count, field: z.string(), expected: z.string(), got: z.string() })),
  })
  .meta({ id: 'Receipt' });
