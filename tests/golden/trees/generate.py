"""Writes the golden files of ml/trees with XGBoost 1.7.4 and scikit-learn 1.2.1 (Debian: python3-xgboost, python3-sklearn).

    /usr/bin/python3 tests/golden/trees/generate.py

Every table has at most 100 distinct values a column, so that our cuts and XGBoost's are the same.
"""
import json
import os

import numpy as np
import sklearn
import xgboost as xgb
from sklearn.ensemble import RandomForestClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, f1_score, log_loss, roc_auc_score

HERE = os.path.dirname(os.path.abspath(__file__))


def table(rows, columns, seed):
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=(rows, columns)) * 8) / 4
    x[:, 0] = rng.integers(0, 5, rows)
    signal = 0.9 * x[:, 1] - 0.6 * x[:, 2] * (x[:, 0] > 2) + 0.4 * np.abs(x[:, 3])
    for column, share in ((1, 0.1), (4, 0.3), (5, 0.05)):
        gone = rng.random(rows) < share
        x[gone, column] = np.nan
        if column == 4:
            signal = signal + 0.8 * gone
    return np.clip(x, -6, 6), signal, rng


def as_list(array):
    return [None if np.isnan(v) else float(v) for v in np.asarray(array, dtype=np.float64).ravel()]


def write(name, data):
    data["made with"] = f"xgboost {xgb.__version__}, scikit-learn {sklearn.__version__}"
    with open(os.path.join(HERE, name), "w") as file:
        json.dump(data, file, separators=(",", ":"))
        file.write("\n")


def trees_of(booster):
    model = json.loads(booster.save_raw("json").decode())
    keys = ("left_children", "right_children", "split_indices", "split_conditions", "default_left", "sum_hessian")
    return [{k: t[k] for k in keys} for t in model["learner"]["gradient_booster"]["model"]["trees"]]


def boosting(name, objective, labels_of, params, rounds=12, rows=1200, columns=7, shap_rows=25):
    x, signal, rng = table(rows, columns, len(name))
    y = labels_of(signal, rng)
    weights = params.pop("weights", False)
    w = np.round(rng.random(rows) * 3 + 1) / 2 if weights else None
    train = xgb.DMatrix(x, label=y, weight=w)
    options = dict(objective=objective, tree_method="hist", eta=0.3, max_bin=256, nthread=1, base_score=0.5, **params)
    booster = xgb.train(options, train, num_boost_round=rounds)
    few = xgb.DMatrix(x[:shap_rows])
    write(f"{name}.json", {
        "options": options, "rounds": rounds, "rows": rows, "columns": columns,
        "x": as_list(x), "labels": as_list(y), "weights": None if w is None else as_list(w),
        "margins": as_list(booster.predict(train, output_margin=True)),
        "trees": trees_of(booster),
        "shapRows": shap_rows, "contributions": as_list(booster.predict(few, pred_contribs=True)),
    })


def binary(signal, rng):
    return (rng.random(len(signal)) < 1 / (1 + np.exp(-signal))).astype(float)


boosting("logistic-depth", "binary:logistic", binary,
         dict(max_depth=4, alpha=2.0, gamma=1.5, min_child_weight=5.0, **{"lambda": 5.0}))
boosting("logistic-plain", "binary:logistic", binary, dict(max_depth=3))
boosting("logistic-weights", "binary:logistic", binary, dict(max_depth=3, weights=True))
boosting("logistic-leaf", "binary:logistic", binary,
         dict(grow_policy="lossguide", max_leaves=12, max_depth=0, min_child_weight=3.0))
boosting("squared-depth", "reg:squarederror", lambda s, r: np.round(s + r.normal(size=len(s)), 3),
         dict(max_depth=4, min_child_weight=4.0))
boosting("softmax-depth", "multi:softprob", lambda s, r: np.digitize(s + r.normal(size=len(s)), [-0.5, 1.0]).astype(float),
         dict(max_depth=3, num_class=3, min_child_weight=2.0), rounds=5)


def forest():
    x, signal, rng = table(3000, 7, 11)
    x = np.nan_to_num(x, nan=-9.0)
    y = np.digitize(signal + rng.normal(size=len(signal)), [-0.5, 1.0])
    half = 1500
    model = RandomForestClassifier(300, max_features=2, min_samples_leaf=3, oob_score=True, random_state=5, n_jobs=1)
    model.fit(x[:half], y[:half])
    p = model.predict_proba(x[half:])
    aucs = [roc_auc_score(y[half:] == c, p[:, c]) for c in range(3)]
    write("forest.json", {
        "rows": 3000, "train": half, "columns": 7, "x": as_list(x), "labels": [int(v) for v in y],
        "auc": float(np.mean(aucs)), "logLoss": float(log_loss(y[half:], p)),
        "outOfBag": float(model.oob_score_), "accuracy": float(model.score(x[half:], y[half:])),
    })


def measures():
    rng = np.random.default_rng(3)
    p = np.round(rng.random(400), 2)
    y = (rng.random(400) < p ** 1.5).astype(int)
    predicted = rng.integers(0, 4, 400)
    truth = np.where(rng.random(400) < 0.6, predicted, rng.integers(0, 4, 400))
    order = np.argsort(p, kind="stable")
    smooth = IsotonicRegression().fit(p[order], y[order]).predict(p)
    write("measures.json", {
        "answers": as_list(p), "labels": [int(v) for v in y],
        "auc": float(roc_auc_score(y, p)), "brier": float(brier_score_loss(y, p)),
        "logLoss": float(log_loss(y, np.clip(p, 2 ** -52, 1 - 2 ** -52))), "isotonic": as_list(smooth),
        "predicted": [int(v) for v in predicted], "truth": [int(v) for v in truth],
        "macroF1": float(f1_score(truth, predicted, average="macro")),
    })


forest()
measures()
