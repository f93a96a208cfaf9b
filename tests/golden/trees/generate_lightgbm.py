"""Writes margins of LightGBM 4.7 on the hashed table (pip: lightgbm).

    python3 tests/golden/trees/generate_lightgbm.py
"""
import json
import os

import lightgbm as lgb
import numpy as np

from hashed_table import table

HERE = os.path.dirname(os.path.abspath(__file__))


def one_hot(x, spread):
    """Columns as columns of zeros and ones, one for each whole number, before the others (one-hot.ts)."""
    ones = [(np.floor(x[:, [at["column"]]]) - at["lowest"] == np.arange(at["count"])).astype(float) for at in spread]
    return np.hstack([*ones, np.delete(x, [at["column"] for at in spread], axis=1)])


def margins(name, rows, columns, rounds, params, categories=(), classes=2, spread=None):
    x, y = table(rows, columns)
    if spread:
        x = one_hot(x, spread)
    if classes == 3:
        y += x[:, 3] > 5
    objective = dict(objective="binary") if classes == 2 else dict(objective="multiclass", num_class=classes)
    options = dict(**objective, verbose=-1, num_threads=1, deterministic=True, max_bin=255, min_data_in_bin=1,
                   enable_bundle=spread is not None, **params)
    data = lgb.Dataset(x, label=y, categorical_feature=list(categories), params=options)
    booster = lgb.train(options, data, num_boost_round=rounds)
    raw = booster.predict(x, raw_score=True)
    golden = {"made with": f"lightgbm {lgb.__version__}", "options": options, "rows": rows, "columns": columns,
              "rounds": rounds, "categories": list(categories), **({"spread": spread} if spread else {}),
              "margins": [float(m) for m in raw[:1500 if classes == 2 else 500].flat]}
    with open(os.path.join(HERE, f"{name}.json"), "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")
    print(name, os.path.getsize(file.name))


full = {"learning_rate": 0.1, "min_data_in_leaf": 20}
margins("lightgbm-leaf", 6000, 10, 20, dict(num_leaves=31, **full))
margins("lightgbm-categories", 6000, 8, 20, dict(num_leaves=15, **full), (0, 2))
margins("lightgbm-classes", 3000, 8, 20, dict(num_leaves=15, **full), classes=3)
margins("lightgbm-bundles", 6000, 6, 20, dict(num_leaves=15, **full), spread=[
    dict(column=0, lowest=0, count=12), dict(column=2, lowest=0, count=3), dict(column=3, lowest=-13, count=26)])
