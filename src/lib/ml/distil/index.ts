export { decodeStudent, encodeStudent, StudentFileError, type WeightFormat } from './flat-file.ts';
export { networkInputs } from './inputs.ts';
export { type Numbers, openStudent, type StudentScorer } from './scorer.ts';
export { checkStudent, type InputScale, type Student } from './student.ts';
