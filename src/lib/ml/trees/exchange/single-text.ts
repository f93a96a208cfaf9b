/** The shortest text that reads back as this float32, as XGBoost writes it: `5E-1`, `-1.7064333E-1`. */
export function singleText(value: number): string {
  for (let digits = 0; digits < 9; digits++) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return text.replace('e+', 'E').replace('e', 'E');
  }
  throw new RangeError(`singleText: expected a finite float32, got ${value}`);
}
