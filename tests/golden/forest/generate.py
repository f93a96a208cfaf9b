"""Writes forest-1.json to forest-7.json: what scikit-learn's forests reach on small tables, averaged over seeds.

    python3 tests/golden/forest/generate.py     (scikit-learn 1.9.1)

Forests of other random streams are never the same trees, so the test compares what they reach.
"""
import json
import os

import numpy as np
import sklearn
from sklearn.ensemble import (ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier,
                              RandomForestRegressor)
from sklearn.metrics import log_loss, r2_score, roc_auc_score

HERE = os.path.dirname(os.path.abspath(__file__))
SEEDS = 10
TRAIN = 700


def table(rows, seed, classes, missing):
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=(rows, 6)) * 2, 1)
    x[:, 5] = rng.integers(0, 4, rows)
    signal = 0.8 * x[:, 0] + 0.5 * x[:, 1] * (x[:, 5] > 1) - 0.6 * np.abs(x[:, 2])
    if missing:
        gone = rng.random(rows) < 0.2
        x[gone, 3] = np.nan
        x[rng.random(rows) < 0.1, 0] = np.nan
        signal = signal + 1.0 * gone
    noisy = signal + rng.logistic(size=rows)
    if classes == 1:
        return x, np.round(noisy, 2)
    return x, np.digitize(noisy, np.quantile(noisy, [0.7] if classes == 2 else [0.3, 0.75]))


def measures(model, x, y, classes):
    if classes == 1:
        return {"r2": r2_score(y, model.predict(x))}
    p = model.predict_proba(x)
    auc = np.mean([roc_auc_score(y == c, p[:, c]) for c in range(classes)])
    return {"auc": auc, "logLoss": log_loss(y, p)}


def case(name, maker, ours, classes, seed, missing=False, weighted=False, **theirs):
    x, y = table(2 * TRAIN, seed, classes, missing)
    w = np.round(np.random.default_rng(seed).random(TRAIN) * 3 + 1) if weighted else None
    runs = []
    for s in range(SEEDS):
        model = maker(200, random_state=s, n_jobs=1, **theirs)
        model.fit(x[:TRAIN], y[:TRAIN], sample_weight=w)
        run = measures(model, x[TRAIN:], y[TRAIN:], classes)
        if theirs.get("oob_score"):
            run["outOfBag"] = model.oob_score_
        runs.append(run)
    return {
        "name": name,
        "cuts": "random" if "Extra" in maker.__name__ else "best",
        "options": {"trees": 200, "classes": classes, **ours},
        "columns": 6,
        "train": TRAIN,
        "x": [None if np.isnan(v) else round(float(v), 1) for v in x.ravel()],
        "labels": [round(float(v), 2) for v in y],
        "weights": None if w is None else w.tolist(),
        "mean": {k: float(np.mean([r[k] for r in runs])) for k in runs[0]},
        "spread": {k: float(np.std([r[k] for r in runs], ddof=1)) for k in runs[0]},
    }


oob = dict(oob_score=True, bootstrap=True)
cases = [
    case("two classes, full trees", RandomForestClassifier, {"tried": 2}, 2, 1, max_features=2, **oob),
    case("two classes, missing values", RandomForestClassifier, {"tried": 2, "maxLeaves": 60}, 2, 2, missing=True,
         max_features=2, max_leaf_nodes=60, **oob),
    case("three classes, weights of rows, entropy", RandomForestClassifier,
         {"tried": 3, "depth": 8, "criterion": "entropy"}, 3, 3, weighted=True, max_features=3, max_depth=8,
         criterion="entropy", **oob),
    case("two classes, balanced", RandomForestClassifier, {"tried": 2, "depth": 6, "classWeights": "balanced"}, 2, 4,
         max_features=2, max_depth=6, class_weight="balanced", **oob),
    case("extra trees", ExtraTreesClassifier, {"tried": 2, "minLeaf": 3}, 3, 5, max_features=2, min_samples_leaf=3),
    case("numbers", RandomForestRegressor, {"tried": 3}, 1, 6, max_features=3, **oob),
    case("numbers by extra trees", ExtraTreesRegressor, {"tried": 6, "depth": 9}, 1, 7, max_features=6, max_depth=9),
]
for one in cases:
    print(one["name"], one["mean"], one["spread"])
for position, one in enumerate(cases):
    with open(os.path.join(HERE, f"forest-{position + 1}.json"), "w") as file:
        json.dump({"made with": f"scikit-learn {sklearn.__version__}", "seeds": SEEDS, **one}, file, separators=(",", ":"))
        file.write("\n")
