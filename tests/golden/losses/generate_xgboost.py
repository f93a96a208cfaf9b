"""Writes what XGBoost 1.7.4 (Debian: python3-xgboost) computes for the losses count:poisson and survival:cox.

    /usr/bin/python3 tests/golden/losses/generate_xgboost.py

XGBoost does not show the gradients of its own losses. A stump that splits row i from the others does: its leaf has the
second derivative as cover and the Newton step −g/h as weight. `margins` come from a short training, for the whole engine.
"""
import json
import os

import numpy as np
import xgboost as xgb

HERE = os.path.dirname(os.path.abspath(__file__))


def gradients(objective, labels, weights, margins):
    g, h = [], []
    for i in range(len(labels)):
        x = np.zeros((len(labels), 1))
        x[i] = 1
        rows = xgb.DMatrix(x, label=labels, weight=weights)
        rows.set_base_margin(margins)
        options = dict(objective=objective, tree_method="exact", max_depth=1, eta=1, min_child_weight=0, reg_lambda=0)
        if objective == "count:poisson":
            # The limit on leaves would hide the gradient; it is also what widens the second derivative.
            options["max_delta_step"] = 5
        stump = xgb.train(options, rows, num_boost_round=1)
        tree = json.loads(stump.save_raw("json").decode())["learner"]["gradient_booster"]["model"]["trees"][0]
        leaf = tree["right_children"][0]
        assert leaf > 0, f"row {i} was not split off"
        h.append(tree["sum_hessian"][leaf])
        g.append(-tree["base_weights"][leaf] * tree["sum_hessian"][leaf])
    return g, h


def training(objective, labels_of, rounds=5, rows=400, columns=4):
    rng = np.random.default_rng(7)
    x = np.round(rng.normal(size=(rows, columns)) * 8) / 4
    labels = labels_of(x[:, 0] + 0.5 * x[:, 1] * (x[:, 2] > 0), rng)
    data = xgb.DMatrix(x, label=labels)
    options = dict(objective=objective, tree_method="hist", max_depth=3, eta=0.3, nthread=1, base_score=0.5)
    booster = xgb.train(options, data, num_boost_round=rounds)
    return {
        "options": options, "rounds": rounds, "rows": rows, "columns": columns, "x": x.ravel().tolist(),
        "labels": labels.tolist(), "margins": booster.predict(data, output_margin=True).astype(float).tolist(),
    }


def counts(signal, rng):
    return rng.poisson(np.exp(0.5 * signal)).astype(float)


def times(signal, rng):
    time = np.ceil(rng.exponential(np.exp(-0.5 * signal)) * 20)
    return np.where(rng.random(len(signal)) < 0.3, -time, time)


def write(name, objective, labels_of, rows=40):
    rng = np.random.default_rng(11)
    labels = labels_of(rng.normal(size=rows), rng)
    weights = np.round(rng.random(rows) * 8 + 2) / 4
    margins = np.round(rng.normal(size=rows) * 64) / 64
    g, h = gradients(objective, labels, weights, margins)
    data = {
        "made with": f"xgboost {xgb.__version__}", "labels": labels.tolist(), "weights": weights.tolist(),
        "margins": margins.tolist(), "gradients": g, "hessians": h, "training": training(objective, labels_of),
    }
    with open(os.path.join(HERE, name), "w") as file:
        json.dump(data, file, separators=(",", ":"))
        file.write("\n")


write("poisson.json", "count:poisson", counts)
write("cox.json", "survival:cox", times)
