export {
  type Badge,
  badgeFamilies,
  type BadgeFamily,
  type Comparison,
  type Criterion,
  type Emblem,
  type FullEmblem,
  rarities,
  type Rarity,
} from './badge.ts';
export { badgeCatalogue, goalShares, tierGoals } from './catalogue/index.ts';
export {
  badgesNamedIn,
  type BadgeLeaf,
  type Branch,
  branchesOf,
  compare,
  comparisons,
  leavesOf,
  type MeasureLeaf,
} from './criterion.ts';
export {
  codesOf,
  type DesignAttribute,
  designAttributes,
  designBlocks,
  designOf,
  valuesOf,
} from './design-codes.ts';
export { describeCriterion } from './describe.ts';
export {
  type EmblemAttribute,
  emblemAttributes,
  emblemChoices,
  emblemDistance,
  emblemPalettes,
  emblemShapes,
  emblemSymbols,
  fullEmblem,
  leastEmblemDistance,
  storedEmblem,
} from './emblem.ts';
export {
  evaluateCriterion,
  isMet,
  type Evidence,
  firstCrossing,
  type Missing,
  type Outcome,
  type Probe,
} from './evaluate.ts';
export {
  brokenHouseRules,
  drawAnyDesign,
  drawHouseDesign,
  type EmblemDesign,
  familyPalettes,
  type HouseRule,
  houseRules,
} from './house-style.ts';
export { inOrderOfNeed } from './order.ts';
export { parseBadge, parseCriterion, ruleLimits } from './parse.ts';
export { createPreview, type Preview, type PreviewLearner, type PreviewTally } from './preview.ts';
export { liveRarity, rarityShares } from './rarity.ts';
export {
  crossingsOf,
  type CrossingSpan,
  type FindCrossings,
  historyProbe,
  prepareCrossings,
} from './retroactive.ts';
export { RuleError, type RuleIssue } from './rule-error.ts';
export {
  type FittedTier,
  fitTiers,
  isSameButThreshold,
  peakOf,
  type TierGoal,
  tunedLeaf,
  withThreshold,
} from './tiers.ts';
