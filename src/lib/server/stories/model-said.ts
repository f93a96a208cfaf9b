import { z } from 'zod';
import { adminWords } from '#lib/i18n/admin.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { taskNames } from '../models/task-model.ts';
import { reasonsOf, type RiskReason } from './risk.ts';

/** A model's answer as a decision kept it. */
export interface ModelSaid {
  /** What the model is for, in words. */
  readonly task: string;
  readonly version: string;
  /** 0 to 1. */
  readonly chance: number;
  readonly reasons: readonly RiskReason[];
}

const opinion = z.object({
  model: z.object({
    task: z.enum(taskNames),
    version: z.string(),
    chance: z.number(),
    explanation: z.object({
      base: z.number(),
      contributions: z.array(
        z.object({ feature: z.string(), value: z.number().nullable(), effect: z.number() }),
      ),
    }),
  }),
});

/** What a model answered when the decision was taken, from its evidence; null when none was asked. */
export function modelSaid(evidence: unknown, locale: Locale): ModelSaid | null {
  const parsed = opinion.safeParse(evidence);
  if (!parsed.success) return null;
  const { task, version, chance, explanation } = parsed.data.model;
  return {
    task: adminWords[locale].models.tasks[task].name,
    version,
    chance,
    reasons: reasonsOf(explanation, locale),
  };
}
