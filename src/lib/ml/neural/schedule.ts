import { expectShare, expectWhole } from './layers/checks.ts';

/** How the rate moves while learning, as a factor from 0 to 1. */
export type Schedule =
  | { readonly kind: 'constant' }
  /** Rises evenly over `warmUp` of all steps, then falls along a cosine to `floor`. */
  | { readonly kind: 'cosine'; readonly warmUp: number; readonly floor: number }
  /** Times `factor` after each `every` epochs. */
  | { readonly kind: 'step'; readonly every: number; readonly factor: number };

/** How far training has come. */
export interface Progress {
  /** From 0. */
  readonly step: number;
  readonly steps: number;
  /** From 0. */
  readonly epoch: number;
}

/** @throws RangeError for a share, a floor or a factor outside its range */
export function checkSchedule(schedule: Schedule): void {
  if (schedule.kind === 'cosine') {
    expectShare('warmUp', schedule.warmUp);
    expectShare('floor', schedule.floor);
  }
  if (schedule.kind === 'step') {
    expectWhole('every', schedule.every, 1);
    if (!(schedule.factor > 0 && schedule.factor <= 1))
      throw new RangeError(`factor: expected above 0 to 1, got ${schedule.factor}`);
  }
}

/** The factor for a step. */
export function rateFactor(schedule: Schedule, { step, steps, epoch }: Progress): number {
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'step':
      return schedule.factor ** Math.floor(epoch / schedule.every);
    case 'cosine': {
      const rising = Math.floor(schedule.warmUp * steps);
      if (step < rising) return (step + 1) / rising;
      const along = (step - rising) / Math.max(1, steps - rising);
      return schedule.floor + ((1 - schedule.floor) * (1 + Math.cos(Math.PI * along))) / 2;
    }
  }
}
