import { type EngagementLevel, engagementLevels } from '../monitoring/index.ts';
import type { StoredScore } from './scores.ts';

export { type EngagementLevel, engagementLevels };

/** The level expected over the next four weeks. */
export interface EngagementView {
  readonly level: EngagementLevel;
  readonly confidence: number;
  readonly modelVersion: string;
}

/** The engagement level among a learner's scores; null before a model has scored. */
export function levelIn(stored: readonly StoredScore[]): EngagementView | null {
  const score = stored.find(({ task }) => task === 'engagement-level');
  if (!score) return null;
  const level = engagementLevels.find((name) => name === score.label);
  if (!level)
    throw new Error(`engagement-level: expected one of ${engagementLevels.join(', ')}, got ${score.label}`);
  return { level, confidence: score.confidence, modelVersion: score.modelVersion };
}
