export { type Bend, bendInto } from './bend.ts';
export {
  type Fidelity,
  fidelityBounds,
  fidelityDoubts,
  judgeFidelity,
  type LookFidelity,
} from './fidelity.ts';
export { type FittedStudent, fitStudent, type StudentOptions, type TaughtRows } from './fit.ts';
export { decodeStudent, encodeStudent, StudentFileError, type WeightFormat } from './flat-file.ts';
export { networkInputs } from './inputs.ts';
export { openStudentOn } from './kernel-scorer.ts';
export { type Move, type PerturbedRows, type PerturbOptions, perturbRows } from './perturb.ts';
export { type Numbers, openStudent, type StudentScorer } from './scorer.ts';
export { checkStudent, type InputScale, type Student } from './student.ts';
