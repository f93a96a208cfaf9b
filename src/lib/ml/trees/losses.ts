import { cox } from './losses/cox.ts';
import { logistic } from './losses/logistic.ts';
import type { Loss, LossSettings } from './losses/loss.ts';
import { poisson } from './losses/poisson.ts';
import { quantile } from './losses/quantile.ts';
import { ranking } from './losses/ranking.ts';
import { softmax } from './losses/softmax.ts';
import { squared } from './losses/squared.ts';

export type { Loss, LossSettings } from './losses/loss.ts';
export { softmaxInto } from './losses/softmax.ts';

/**
 * The loss of that name.
 * @param classes of softmax; the others have one output
 * @throws RangeError for settings out of range, and for ranking without groups
 */
export function lossOf(name: Loss['name'], classes: number, settings: LossSettings = {}): Loss {
  switch (name) {
    case 'squared':
      return squared;
    case 'logistic':
      return logistic;
    case 'softmax':
      return softmax(classes, settings.curvature);
    case 'poisson':
      return poisson(settings.maxDeltaStep);
    case 'quantile':
      return quantile(settings.quantile);
    case 'cox':
      return cox();
    case 'ranking':
      return ranking(settings);
  }
}
