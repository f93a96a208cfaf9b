// The slopes and constants of ln(rows) and ln(rounds), as CatBoost 1.2 has them for a CPU: without and with a validation set.
const coefficients = {
  squaredFromAverage: [
    [0.158, -4.287, -0.813, 2.571],
    [0.157, -4.062, -0.61, 1.557],
  ],
  squared: [
    [0.178, -4.473, -0.76, 2.133],
    [0.189, -4.383, -0.623, 1.439],
  ],
  logistic: [
    [0.427, -7.525, -0.917, 2.63],
    [0.247, -5.158, -0.435, 0.934],
  ],
} as const;

/** What the rate depends on besides the rows. */
interface RateOptions {
  readonly loss: 'squared' | 'logistic' | 'softmax';
  readonly fromAverage?: boolean;
  /** Whatever it holds: only its presence counts. */
  readonly validation?: unknown;
  readonly rounds: number;
}

/**
 * The rate that CatBoost picks where none is given, a float32: falls with the rounds, grows with the rows.
 * @see catboost/libs/train_lib/options_helper.cpp, GetLearningRate
 */
export function automaticRate(options: RateOptions, rows: number): number {
  const { loss, rounds } = options;
  if (loss === 'softmax') return Math.fround(0.03);
  const name = loss === 'squared' && options.fromAverage ? 'squaredFromAverage' : loss;
  const [slope, constant, roundSlope, roundConstant] = coefficients[name][options.validation ? 1 : 0];
  const ofRounds = (count: number) => Math.exp(roundSlope * Math.log(count) + roundConstant);
  const rate = (Math.exp(slope * Math.log(rows) + constant) * ofRounds(rounds)) / ofRounds(1000);
  return Math.fround(Math.round(Math.min(rate, 0.5) * 1e6) / 1e6);
}
