/** Something a learner can decide to do. The unit of each stands beside it. */
export const deedKinds = [
  'hand-ins', // pieces of work handed in on time
  'study-days', // days with a study session
  'practices', // exercises or quizzes tried
  'helps', // classmates helped
  'posts', // contributions in the forum
  'lessons', // lessons attended
  'next-mark', // the mark of the next graded work, 0 to 100
] as const;
export type Deed = (typeof deedKinds)[number];

/** What a learner can simply decide to do; a mark is hoped for. */
export type CountedDeed = Exclude<Deed, 'next-mark'>;

/** How much of each. What is not named is not done; a mark that is not named does not come. */
export type Deeds = Readonly<Partial<Record<Deed, number>>>;

/** How far one deed can go in the time there is. */
export interface DeedBound {
  readonly deed: Deed;
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

/** The deeds that are chosen: a mark of 0 is one, no hand-in at all is none. */
export function chosenDeeds(deeds: Deeds): Deed[] {
  return deedKinds.filter((deed) => {
    const amount = deeds[deed];
    return amount !== undefined && (amount > 0 || deed === 'next-mark');
  });
}

/** Checks deeds at the door. @throws RangeError that names the deed, what was possible and what was asked */
export function checkDeeds(deeds: Deeds, bounds: readonly DeedBound[]): void {
  for (const deed of chosenDeeds(deeds)) {
    const bound = bounds.find((one) => one.deed === deed);
    const amount = deeds[deed] ?? NaN;
    if (!bound) throw new RangeError(`${deed}: expected none, for none is possible here, got ${amount}`);
    const isWhole = Number.isInteger((amount - bound.least) / bound.step);
    if (!(isWhole && amount >= bound.least && amount <= bound.most))
      throw new RangeError(
        `${deed}: expected ${bound.least} to ${bound.most} by steps of ${bound.step}, got ${amount}`,
      );
  }
  for (const deed of Object.keys(deeds)) {
    const amount = deeds[deed as Deed];
    if (amount !== undefined && !(amount >= 0))
      throw new RangeError(`${deed}: expected 0 or more, got ${amount}`);
  }
}
