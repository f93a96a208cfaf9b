import type { SchoolDay } from '../../activity/school-day.ts';
import { type ClassHistory, classSum } from '../class-history.ts';
import type { ClassPart } from '../history.ts';
import { type Look, type Measure, share } from '../look.ts';
import { anyPast } from './windows.ts';

export const classMeasures: readonly Measure[] = [
  {
    id: 'class-activity-ratio',
    family: 'class',
    unit: 'ratio',
    name: { it: 'Attività rispetto alla classe', en: 'Activity against the class' },
    description: {
      it: 'Le cose che fai ogni giorno in questa classe, divise per quelle di un compagno medio: 1 vuol dire come la media.',
      en: 'The things you do each day in this class, divided by those of an average classmate: 1 means average.',
    },
    good: 'high',
    ...anyPast,
    compute: activityRatio,
  },
  {
    id: 'class-score-difference',
    family: 'class',
    unit: 'points',
    name: { it: 'Voti rispetto alla classe', en: 'Marks against the class' },
    description: {
      it: 'La tua media in questa classe meno la media della classe, in punti.',
      en: 'Your average mark in this class less the average of the class, in points.',
    },
    good: 'high',
    ...anyPast,
    compute: scoreDifference,
  },
];

const nothing: ClassPart = { days: [], events: [], scoreSums: [], scoreCounts: [] };

/** The learner's part in the class and the days on which both were there; null without a class. */
function together(look: Look): { classHistory: ClassHistory; part: ClassPart; from: SchoolDay } | null {
  const { classHistory, joinedClassOn } = look.context;
  if (!classHistory) return null;
  const from = Math.max(look.from, classHistory.from, joinedClassOn ?? -Infinity);
  if (from >= look.before) return null;
  return { classHistory, part: look.history.classes.get(classHistory.classId) ?? nothing, from };
}

function partSum(part: ClassPart, values: readonly number[], from: SchoolDay, before: SchoolDay): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (part.days[i] >= from && part.days[i] < before) sum += values[i];
  }
  return sum;
}

function activityRatio(look: Look): number {
  const shared = together(look);
  if (!shared) return NaN;
  const { classHistory, part, from } = shared;
  const own = partSum(part, part.events, from, look.before);
  const memberDays = classSum(classHistory, classHistory.memberDays, from, look.before);
  const events = classSum(classHistory, classHistory.events, from, look.before);
  // One division of whole numbers, so that an average learner is at 1 exactly.
  return memberDays > 0 ? share(own * memberDays, events * (look.before - from)) : NaN;
}

function scoreDifference(look: Look): number {
  const shared = together(look);
  if (!shared) return NaN;
  const { classHistory, part, from } = shared;
  const { before } = look;
  const own = share(
    partSum(part, part.scoreSums, from, before),
    partSum(part, part.scoreCounts, from, before),
  );
  const scores = classSum(classHistory, classHistory.scoreSums, from, before);
  return own - share(scores, classSum(classHistory, classHistory.scoreCounts, from, before));
}
