export const engagementLevels = ['inactive', 'low', 'medium', 'high', 'legendary'] as const;
export type EngagementLevel = (typeof engagementLevels)[number];

export function isEngagementLevel(value: unknown): value is EngagementLevel {
  return engagementLevels.some((level) => level === value);
}
