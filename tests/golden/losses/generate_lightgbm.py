"""Writes what LightGBM 4.7.0 computes for the objectives quantile and lambdarank.

    python3 tests/golden/losses/generate_lightgbm.py

LightGBM does not show the gradients of its own objectives. A stump that splits row i from the others does: its leaf has the
second derivative as weight and the Newton step −g/h as value. Quantile leaves are re-fitted: they are written as they are.
"""
import json
import os

import lightgbm as lgb
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
QUIET = dict(verbose=-1, learning_rate=1, min_data_in_leaf=1, min_sum_hessian_in_leaf=0, lambda_l2=0,
             feature_pre_filter=False, boost_from_average=False, num_threads=1)


def write(name, data):
    data["made with"] = f"lightgbm {lgb.__version__}"
    with open(os.path.join(HERE, name), "w") as file:
        json.dump(data, file, separators=(",", ":"))
        file.write("\n")


def quantile_case(share, rows, weighted, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 2))
    # Sixteenths, so that LightGBM's float32 labels and weights are ours.
    labels = np.round((x[:, 0] + rng.normal(size=rows)) * 16) / 16
    weights = np.round(rng.random(rows) * 40 + 1) / 16 if weighted else None
    margins = np.round(rng.normal(size=rows) * 16) / 16
    data = lgb.Dataset(x, labels, weight=weights, init_score=margins)
    options = dict(QUIET, objective="quantile", alpha=share, num_leaves=5, min_data_in_leaf=4)
    booster = lgb.train(options, data, num_boost_round=1)
    start = lgb.train(dict(options, boost_from_average=True, num_leaves=2, min_data_in_leaf=rows),
                      lgb.Dataset(x, labels, weight=weights), num_boost_round=1)
    return {
        "share": share, "labels": labels.tolist(), "weights": None if weights is None else weights.tolist(),
        "margins": margins.tolist(), "leaves": booster.predict(x, pred_leaf=True).ravel().tolist(),
        "values": booster.predict(x, raw_score=True).tolist(), "start": float(start.predict(x[:1])[0]),
    }


def ranking_case(groups, options, weighted, seed):
    rng = np.random.default_rng(seed)
    rows = sum(groups)
    labels = rng.integers(0, 5, rows)
    labels[-groups[-1]:] = 2
    weights = np.round(rng.random(rows) * 8 + 2) / 4 if weighted else None
    margins = np.round(rng.normal(size=rows) * 16) / 16
    g, h = [], []
    # LightGBM estimates counts from second derivatives and splits nothing off that it takes for less than a row: many copies
    # of the groups make every row that is pulled at all count.
    copies = 200
    several = None if weights is None else np.tile(weights, copies)
    for i in range(rows):
        x = np.zeros((rows, 1))
        x[i] = 1
        data = lgb.Dataset(np.tile(x, (copies, 1)), np.tile(labels, copies), group=groups * copies, weight=several,
                           init_score=np.tile(margins, copies), params=dict(min_data_in_bin=1))
        stump = lgb.train(dict(QUIET, objective="lambdarank", num_leaves=2, **options), data, num_boost_round=1)
        tree = stump.dump_model()["tree_info"][0]["tree_structure"]
        leaf = tree.get("right_child", {"leaf_weight": 0, "leaf_value": 0})
        h.append(leaf["leaf_weight"] / copies)
        g.append(-leaf["leaf_value"] * leaf["leaf_weight"] / copies)
    return {
        "groups": groups, "options": options, "labels": labels.tolist(), "margins": margins.tolist(),
        "weights": None if weights is None else weights.tolist(), "gradients": g, "hessians": h,
    }


write("quantile.json", {"cases": [
    quantile_case(0.5, 60, False, 1), quantile_case(0.9, 61, False, 2), quantile_case(0.1, 60, True, 3),
    quantile_case(0.7, 75, True, 4),
]})
write("ranking.json", {"cases": [
    ranking_case([40, 7, 12, 1, 5], {}, False, 5), ranking_case([40, 7, 12, 5], {}, True, 6),
    ranking_case([20, 9, 3], dict(lambdarank_truncation_level=4), False, 7),
    ranking_case([20, 9, 3], dict(lambdarank_norm=False), False, 8),
]})
