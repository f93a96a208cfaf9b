export { effectsInColumns, sequencesOf, type WeekColumns, widthOf } from './columns.ts';
export { explainSequences, type SequenceEffects } from './explain.ts';
export {
  type BilstmOptions,
  fitBilstm,
  fitTransformer,
  type SequenceExamples,
  type SequenceOptions,
  type TransformerOptions,
} from './fit.ts';
export {
  type ChannelScale,
  checkSequenceModel,
  sequenceFamilies,
  type SequenceFamily,
  type SequenceModel,
} from './model.ts';
export { attentionByWeek, predictSequences, type SequenceAnswers } from './predict.ts';
export { type Sequences, takeSequences } from './sequences.ts';
