"""Writes the files of XGBoost 1.7.4 and LightGBM 4.7.0 that ml/trees/exchange must read, each beside the margins that the
library itself gives for the same rows.

    /usr/bin/python3 tests/golden/exchange/generate.py xgboost     (Debian: python3-xgboost)
    python3 tests/golden/exchange/generate.py lightgbm             (pip install lightgbm==4.7.0)
"""
import json
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS = 400
SHOWN = 60
NAMES = ["days", "marks", "work", "kind", "place"]


def table():
    """Three numbers, two of them with gaps, and two columns of categories."""
    rng = np.random.default_rng(11)
    x = rng.normal(size=(ROWS, 5)).astype(np.float32)
    x[:, 3] = rng.integers(0, 3, ROWS)
    x[:, 4] = rng.integers(0, 40, ROWS)
    signal = 0.8 * x[:, 0] - 0.6 * x[:, 1] * (x[:, 3] == 1) + 0.9 * np.isin(x[:, 4], [3, 7, 11, 36])
    x[rng.random(ROWS) < 0.15, 0] = np.nan
    x[rng.random(ROWS) < 0.05, 1] = np.nan
    noise = rng.normal(size=ROWS) * 0.4
    # The rows shown hold missing and unseen categories as well; training has none of them.
    shown = x[:SHOWN].copy()
    shown[0, 3], shown[1, 4], shown[2, 4], shown[3, 3] = np.nan, np.nan, 70, 9
    return x, signal + noise, shown


def number(value):
    return None if np.isnan(value) else float(value)


def write(name, made_with, shown, margins):
    case = {
        "made with": made_with,
        "columns": shown.shape[1],
        "x": [number(v) for v in shown.ravel()],
        "margins": [float(v) for v in np.asarray(margins).ravel()],
    }
    with open(os.path.join(HERE, f"{name}.margins.json"), "w") as file:
        json.dump(case, file, separators=(",", ":"))
        file.write("\n")


def xgboost_files():
    import xgboost as xgb

    x, signal, shown = table()
    kinds = ["q", "q", "q", "c", "c"]
    plain = dict(tree_method="hist", eta=0.3, max_depth=4, nthread=1, seed=1)

    def make(name, objective, labels, rounds=6, groups=None, **options):
        train = xgb.DMatrix(x, labels, feature_names=NAMES, feature_types=kinds, enable_categorical=True)
        if groups:
            train.set_group(groups)
        booster = xgb.train(dict(plain, objective=objective, **options), train, rounds)
        booster.save_model(os.path.join(HERE, f"{name}.xgboost.json"))
        rows = xgb.DMatrix(shown, feature_names=NAMES, feature_types=kinds, enable_categorical=True)
        write(name, f"xgboost {xgb.__version__}", shown, booster.predict(rows, output_margin=True))

    yes = (signal > 0.2).astype(int)
    rng = np.random.default_rng(5)
    make("binary", "binary:logistic", yes, base_score=0.41, max_cat_to_onehot=1)
    make("one-hot", "binary:logistic", yes, max_cat_to_onehot=100)
    make("softprob", "multi:softprob", np.digitize(signal, [-0.3, 0.6]), num_class=3, rounds=3)
    make("poisson", "count:poisson", rng.poisson(np.exp(0.4 * signal)), max_cat_to_onehot=1)
    make("squared", "reg:squarederror", signal, grow_policy="lossguide", max_depth=0, max_leaves=9)
    make("cox", "survival:cox", np.where(yes == 1, np.exp(-signal) + 0.1, -2), rounds=3)
    make("ranking", "rank:ndcg", yes, rounds=3, groups=[100] * 4)
    make("forest", "multi:softprob", np.digitize(signal, [0]), num_class=2, rounds=2, num_parallel_tree=4,
         subsample=0.6, colsample_bynode=0.6, max_depth=3)


def lightgbm_files():
    import lightgbm as lgb

    x, signal, shown = table()
    x, shown = x.astype(np.float64) * 1.1, shown.astype(np.float64) * 1.1
    for part in (x, shown):
        part[:, 3:] = np.round(part[:, 3:] / 1.1)
    plain = dict(num_leaves=8, learning_rate=0.2, min_data_in_leaf=8, min_data_per_group=5, cat_smooth=2,
                 num_threads=1, verbose=-1, seed=1, deterministic=True)

    def make(name, objective, labels, rounds=6, groups=None, categories=(3, 4), is_refused=False, **options):
        settings = dict(plain, objective=objective, **options)
        train = lgb.Dataset(x, labels, feature_name=NAMES, categorical_feature=list(categories), group=groups)
        booster = lgb.train(settings, train, rounds)
        text = booster.model_to_string().split("\nfeature_importances:")[0]
        with open(os.path.join(HERE, f"{name}.lightgbm.txt"), "w") as file:
            file.write(text)
        if not is_refused:
            write(name, f"lightgbm {lgb.__version__}", shown, booster.predict(shown, raw_score=True))

    yes = (signal > 0.2).astype(int)
    make("leaf-binary", "binary", yes)
    make("leaf-numeric", "binary", yes, categories=())
    make("leaf-multiclass", "multiclass", np.digitize(signal, [-0.3, 0.6]), num_class=3, rounds=3)
    make("leaf-regression", "regression", signal)
    make("leaf-poisson", "poisson", np.random.default_rng(5).poisson(np.exp(0.4 * signal)))
    make("leaf-ranking", "lambdarank", yes, rounds=3, groups=[100] * 4)
    make("leaf-zero", "binary", yes, rounds=1, categories=(), is_refused=True, zero_as_missing=True)


if __name__ == "__main__":
    {"xgboost": xgboost_files, "lightgbm": lightgbm_files}[sys.argv[1]]()
