export * from './activity.ts';
export * from './awards.ts';
export * from './metrics.ts';
export * from './predictions.ts';
