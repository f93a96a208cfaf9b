export * from './calibration.ts';
export * from './intervals.ts';
export * from './losses.ts';
export * from './ranking.ts';
export * from './reliability.ts';
export * from './risk-control.ts';
