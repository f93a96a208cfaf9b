import type { Missing } from '../badges/evaluate.ts';
import { measureInfo } from '../features/index.ts';
import type { WhyNoPlan } from './plan.ts';

const inOrderOfWeight: readonly WhyNoPlan[] = [
  'needs marks',
  'needs others',
  'needs work',
  'needs a badge',
  'needs a break',
  'needs time',
];

/** What stands in the way when doing all one can is not enough; what the learner can influence least is named first. */
export function whyMissing(missing: readonly Missing[]): WhyNoPlan {
  const reasons = new Set(missing.flatMap(reasonsOf));
  return inOrderOfWeight.find((why) => reasons.has(why)) ?? 'needs time';
}

function reasonsOf(missing: Missing): WhyNoPlan[] {
  if (missing.kind === 'step') return missing.missing.flatMap(reasonsOf);
  if (missing.kind === 'badge') return ['needs a badge'];
  if (missing.kind === 'pass') return ['needs time'];
  const { family, id } = measureInfo(missing.measure);
  if (family === 'score') return ['needs marks'];
  if (id === 'comebacks') return ['needs a break'];
  if (family === 'class' || id === 'group-work') return ['needs others'];
  return [family === 'punctuality' || id === 'days-since-hand-in' ? 'needs work' : 'needs time'];
}
