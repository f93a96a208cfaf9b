/** A room of the house: the paths it owns and how high it stands. Imports point down, never up or across. */
export interface Layer {
  readonly name: string;
  /** Paths below src/ that belong to it; the longest match wins. */
  readonly paths: readonly string[];
}

/** Lowest first. Rooms on one line are neighbours that do not know each other. */
export const layers: readonly (readonly Layer[])[] = [
  [
    { name: 'ml', paths: ['lib/ml/'] },
    { name: 'domain', paths: ['lib/domain/'] },
  ],
  [
    { name: 'simulator', paths: ['lib/simulator/'] },
    { name: 'i18n', paths: ['lib/i18n/'] },
    { name: 'client', paths: ['lib/client/'] },
    { name: 'preview', paths: ['lib/preview/'] },
  ],
  [{ name: 'platform', paths: ['lib/server/platform/'] }],
  [{ name: 'auth', paths: ['lib/server/auth/'] }],
  [{ name: 'activity', paths: ['lib/server/activity/'] }],
  [{ name: 'features', paths: ['lib/server/features/'] }],
  [{ name: 'awards', paths: ['lib/server/awards/'] }],
  [{ name: 'goals', paths: ['lib/server/goals/'] }],
  [{ name: 'models', paths: ['lib/server/models/'] }],
  [{ name: 'training', paths: ['lib/server/training/'] }],
  [{ name: 'paths', paths: ['lib/server/paths/'] }],
  [{ name: 'scoring', paths: ['lib/server/scoring/'] }],
  [{ name: 'notifications', paths: ['lib/server/notifications/'] }],
  [{ name: 'decisions', paths: ['lib/server/decisions/'] }],
  [{ name: 'flow', paths: ['lib/server/flow.ts'] }],
  [{ name: 'monitoring', paths: ['lib/server/monitoring/'] }],
  [{ name: 'stories', paths: ['lib/server/stories/'] }],
  [{ name: 'api', paths: ['lib/server/api/'] }],
  [
    {
      name: 'services',
      paths: ['lib/server/evaluation-loop.ts', 'lib/server/job-handlers.ts', 'lib/server/services.ts'],
    },
  ],
  [{ name: 'demo', paths: ['lib/server/demo/'] }],
  [{ name: 'components', paths: ['lib/components/'] }],
  [
    {
      name: 'pages',
      paths: ['routes/', 'hooks.server.ts', 'app.d.ts', 'app.html', 'app.css', 'service-worker/'],
    },
  ],
  [{ name: 'entry', paths: ['server.ts'] }],
  [{ name: 'cli', paths: ['cli/'] }],
];

/** Exceptions, each with its reason. */
export const allowed: readonly { readonly from: string; readonly to: string; readonly because: string }[] =
  [];
