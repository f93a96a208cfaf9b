export { readCatboostJson } from './catboost-json.ts';
export type { ExportOptions } from './export-options.ts';
export type { ForeignModel } from './foreign-model.ts';
export { readLightgbmText } from './lightgbm-text.ts';
export { ModelExportError, ModelFileError } from './model-file-error.ts';
export { writeCatboostJson } from './write-catboost-json.ts';
export { writeLightgbmText } from './write-lightgbm-text.ts';
export { writeXgboostJson } from './write-xgboost-json.ts';
export { readXgboostJson } from './xgboost-json.ts';
