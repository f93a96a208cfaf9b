/** Something a learner can decide to do. The unit of each stands beside it. */
export const deedKinds = [
  'hand-ins', // pieces of work handed in on time
  'study-days', // days with a study session
  'practices', // exercises or quizzes tried
  'helps', // classmates helped
  'posts', // contributions in the forum
  'lessons', // lessons attended
  'next-mark', // the mark of the next graded work, 0 to 100; null when none is expected
] as const;
export type Deed = (typeof deedKinds)[number];

/** How much of each; what is not named is not done. */
export type Deeds = Readonly<Partial<Record<Deed, number>>>;

/** How far one deed can go in the time there is. */
export interface DeedBound {
  readonly deed: Deed;
  readonly least: number;
  readonly most: number;
  readonly step: number;
}
