"""Loads the files that our exporters wrote into XGBoost 1.7.4 and LightGBM 4.7.0 and stores what these answer.

    node tests/golden/exchange/write-ours.ts
    /usr/bin/python3 tests/golden/exchange/check_originals.py xgboost
    python3 tests/golden/exchange/check_originals.py lightgbm

read-exports.test.ts then holds our own answers to the stored ones, and our exporters to the stored files.
"""
import glob
import os
import sys

import numpy as np

from generate import HERE, write


def rows():
    """Values between, on and beside the thresholds' scale, gaps, and categories nobody listed."""
    rng = np.random.default_rng(23)
    x = rng.normal(size=(60, 5)).astype(np.float32).astype(np.float64)
    x[:, 3:] = rng.integers(0, 44, (60, 2))
    x[rng.random((60, 5)) < 0.12] = np.nan
    x[0, 3], x[1, 4] = 700, 1000
    return x


def with_xgboost(path, x):
    import xgboost as xgb

    kinds = ["q", "q", "q", "c", "c"]
    names = [f"f{i}" for i in range(5)]
    booster = xgb.Booster(model_file=path)
    booster.feature_names, booster.feature_types = names, kinds
    data = xgb.DMatrix(x, feature_names=names, feature_types=kinds, enable_categorical=True)
    return booster.predict(data, output_margin=True), f"xgboost {xgb.__version__}"


def with_lightgbm(path, x):
    import lightgbm as lgb

    return lgb.Booster(model_file=path).predict(x, raw_score=True), f"lightgbm {lgb.__version__}"


if __name__ == "__main__":
    predict = {"xgboost": with_xgboost, "lightgbm": with_lightgbm}[sys.argv[1]]
    for file in sorted(glob.glob(os.path.join(HERE, f"ours-*.{sys.argv[1]}.*"))):
        x = rows()
        margins, made_with = predict(file, x)
        write(".".join(os.path.basename(file).split(".")[:2]), made_with, x, margins)
        print(os.path.basename(file), np.shape(margins))
