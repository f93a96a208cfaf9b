import { readCatboostJson } from './catboost-json.ts';
import type { ForeignModel } from './foreign-model.ts';
import { readLightgbmText } from './lightgbm-text.ts';
import { ModelFileError } from './model-file-error.ts';
import { readXgboostJson } from './xgboost-json.ts';

/** The model of a file in any format we read; the file itself tells which. @throws ModelFileError */
export function readModelFile(text: string): ForeignModel {
  if (/^tree\r?\n/.test(text)) return readLightgbmText(text);
  if (!/^\s*\{/.test(text))
    throw new ModelFileError(
      'file',
      'expected a model of XGBoost (JSON), LightGBM (text) or CatBoost (JSON)',
    );
  return text.includes('"oblivious_trees"') ? readCatboostJson(text) : readXgboostJson(text);
}
