"""Writes interactions.json with XGBoost 1.7.4 (Debian: python3-xgboost): pred_contribs and pred_interactions of small models.

    /usr/bin/python3 tests/golden/explain/generate-interactions.py
"""
import json
import os
import tempfile

import numpy as np
import xgboost as xgb

HERE = os.path.dirname(os.path.abspath(__file__))


def as_list(array):
    flat = np.asarray(array, dtype=np.float64).ravel()
    return [None if np.isnan(v) else float(v) for v in flat]


def model_text(booster):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.json")
        booster.save_model(path)
        with open(path) as file:
            return file.read()


rng = np.random.default_rng(7)
rows, columns, shown = 800, 5, 12
x = np.round(rng.normal(size=(rows, columns)) * 4) / 4
x[rng.random(x.shape) < 0.1] = np.nan
filled = np.nan_to_num(x)
signal = filled[:, 0] * filled[:, 1] + 0.5 * filled[:, 2] - np.abs(filled[:, 3]) + 0.3 * np.isnan(x[:, 4])
cases = {}
for name, objective, label, more in (
    ("logistic", "binary:logistic", (signal > 0).astype(float), dict(max_depth=4)),
    ("softmax", "multi:softprob", np.digitize(signal, [-0.7, 0.5]).astype(float), dict(max_depth=3, num_class=3)),
):
    options = dict(objective=objective, tree_method="hist", eta=0.3, nthread=1, base_score=0.5, **more)
    booster = xgb.train(options, xgb.DMatrix(x, label=label), num_boost_round=5)
    few = xgb.DMatrix(x[:shown])
    cases[name] = {
        "model": model_text(booster),
        "contributions": as_list(booster.predict(few, pred_contribs=True)),
        "interactions": as_list(booster.predict(few, pred_interactions=True)),
    }
with open(os.path.join(HERE, "interactions.json"), "w") as file:
    data = {"made with": f"xgboost {xgb.__version__}", "rows": shown, "columns": columns, "x": as_list(x[:shown])}
    json.dump({**data, "cases": cases}, file, separators=(",", ":"))
    file.write("\n")
