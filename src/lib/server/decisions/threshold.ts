import { and, desc, eq, inArray, ne } from 'drizzle-orm';
import {
  cautiousLogit,
  cautiousThreshold,
  cautiousVersion,
  logistic,
} from '#lib/domain/decisions/confidence.ts';
import type { Signs } from '#lib/domain/decisions/signs.ts';
import {
  calibrate,
  type Calibration,
  fitPlatt,
  identityCalibration,
  riskControlledThreshold,
  wilsonInterval,
} from '#lib/ml/evaluate/index.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { decisions, reviews } from '../platform/db/schema.ts';
import type { DecisionEvidence } from './log.ts';
import { loadSchoolSettings } from './school.ts';

/** An estimated share with its 95 % interval. */
export interface ShareInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The line from which on a badge is given without a person, and what it rests on. */
export interface Threshold {
  readonly threshold: number;
  /** The greatest share of undeserved automatic awards that the school accepts. */
  readonly bound: number;
  /** Reviewed decisions. */
  readonly reviewed: number;
  /** Reviewed decisions that were a random sample of the automatic awards. */
  readonly audited: number;
  /** Share of automatic awards that teachers found undeserved, from that random sample alone; null without one. */
  readonly estimatedFalseShare: ShareInterval | null;
  /** `reviewed`: risk control on the reviewed sample set it. `cautious`: a fixed line, too few reviews to know better. */
  readonly basis: 'cautious' | 'reviewed';
  /** Which confidence it is measured with. */
  readonly confidenceVersion: string;
}

/** The threshold together with the map from hand-set to calibrated confidence. */
export interface ConfidenceRule extends Threshold {
  readonly calibration: Calibration;
}

/** One reviewed decision: its hand-set confidence, and what the reviewer said. */
export interface ReviewedCase {
  readonly uncalibrated: number;
  readonly isUpheld: boolean;
  readonly isAudit: boolean;
}

/** From so many reviewed decisions on, with both outcomes among them, the confidence is calibrated on them. */
export const reviewsToCalibrate = 60;
/** Older reviews than the latest so many no longer count: learners and rules change. */
const latestReviews = 2000;

export async function thresholdOf(scope: SchoolScope): Promise<Threshold> {
  const { calibration: _, ...threshold } = await confidenceRuleOf(scope);
  return threshold;
}

export async function confidenceRuleOf(scope: SchoolScope): Promise<ConfidenceRule> {
  const { falseAwardBound } = await loadSchoolSettings(scope);
  return ruleFrom(await loadReviewed(scope), falseAwardBound);
}

/** The confidence of an award that meets its rule. */
export function confidenceOf(
  rule: ConfidenceRule,
  signs: Signs,
): { confidence: number; uncalibrated: number } {
  const uncalibrated = logistic(cautiousLogit(signs));
  return { confidence: calibrate(rule.calibration, uncalibrated), uncalibrated };
}

/**
 * What reviewed decisions teach. Which awards reach a teacher depends on their confidence alone (all below the line,
 * a fixed random share above), so the share upheld at a given confidence is estimated without bias; and beside the
 * sampled sure ones the doubtful ones stand in full, so the threshold errs on the side of asking.
 */
export function ruleFrom(sample: readonly ReviewedCase[], bound: number): ConfidenceRule {
  const upheld = sample.filter(({ isUpheld }) => isUpheld).length;
  const isEnough = sample.length >= reviewsToCalibrate && upheld > 0 && upheld < sample.length;
  const confidences = Float64Array.from(sample, ({ uncalibrated }) => uncalibrated);
  const calibration = isEnough
    ? fitPlatt(
        confidences,
        Uint8Array.from(sample, ({ isUpheld }) => Number(isUpheld)),
      )
    : identityCalibration;
  const wrong = Uint8Array.from(sample, ({ isUpheld }) => Number(!isUpheld));
  const controlled = isEnough ? riskControlledThreshold(confidences, wrong, bound).threshold : null;
  const line = controlled ?? cautiousLine(sample, bound);
  const audits = sample.filter(({ isAudit }) => isAudit);
  return {
    calibration,
    threshold: line < 1 ? calibrate(calibration, line) : 1,
    bound,
    reviewed: sample.length,
    audited: audits.length,
    estimatedFalseShare: shareOf(audits.filter(({ isUpheld }) => !isUpheld).length, audits.length),
    basis: controlled === null ? 'cautious' : 'reviewed',
    confidenceVersion: isEnough ? `platt-${sample.length} on ${cautiousVersion}` : cautiousVersion,
  };
}

/** The fixed line, moved up past wrong awards that reviews found above it; 1 when none above is safe: ask always. */
function cautiousLine(sample: readonly ReviewedCase[], bound: number): number {
  const above = sample
    .filter(({ uncalibrated }) => uncalibrated >= cautiousThreshold)
    .toSorted((a, b) => b.uncalibrated - a.uncalibrated);
  const wrongAbove = above.filter(({ isUpheld }) => !isUpheld).length;
  const proven = shareOf(wrongAbove, above.length);
  if (!proven || proven.low <= bound) return cautiousThreshold;
  let wrong = 0;
  let line = 1;
  above.forEach((one, i) => {
    wrong += Number(!one.isUpheld);
    if (above[i + 1]?.uncalibrated !== one.uncalibrated && wrong / (i + 1) <= bound) line = one.uncalibrated;
  });
  return line;
}

/** A 95 % interval of a share; null where nothing was counted. */
function shareOf(count: number, of: number): ShareInterval | null {
  return of === 0 ? null : wilsonInterval(count, of);
}

/** Confidences are recomputed from the stored signs, so that decisions under older weights stay comparable. */
async function loadReviewed(scope: SchoolScope): Promise<ReviewedCase[]> {
  const rows = await scope.tx
    .select({ status: reviews.status, cause: reviews.cause, evidence: decisions.evidence })
    .from(reviews)
    .innerJoin(decisions, and(eq(decisions.schoolId, reviews.schoolId), eq(decisions.id, reviews.decisionId)))
    .where(
      and(
        eq(reviews.schoolId, scope.schoolId),
        inArray(reviews.status, ['approved', 'rejected']),
        ne(reviews.cause, 'rule changed'),
      ),
    )
    .orderBy(desc(reviews.id))
    .limit(latestReviews);
  return rows.flatMap(({ status, cause, evidence }) => {
    const { signs } = evidence as DecisionEvidence;
    if (!signs) return [];
    const uncalibrated = logistic(cautiousLogit(signs));
    return [{ uncalibrated, isUpheld: status === 'approved', isAudit: cause === 'audit' }];
  });
}
