"""Writes margins of LightGBM 4.7 on the hashed table (pip: lightgbm).

    python3 tests/golden/trees/generate_lightgbm.py
"""
import json
import os

import lightgbm as lgb

from hashed_table import table

HERE = os.path.dirname(os.path.abspath(__file__))


def margins(name, rows, columns, rounds, params, categories=(), classes=2):
    x, y = table(rows, columns)
    if classes == 3:
        y += x[:, 3] > 5
    objective = dict(objective="binary") if classes == 2 else dict(objective="multiclass", num_class=classes)
    options = dict(**objective, verbose=-1, num_threads=1, deterministic=True, max_bin=255, min_data_in_bin=1,
                   enable_bundle=False, **params)
    data = lgb.Dataset(x, label=y, categorical_feature=list(categories), params=options)
    booster = lgb.train(options, data, num_boost_round=rounds)
    raw = booster.predict(x, raw_score=True)
    golden = {"made with": f"lightgbm {lgb.__version__}", "options": options, "rows": rows, "columns": columns,
              "rounds": rounds, "categories": list(categories), "margins": [float(m) for m in raw[:1500 if classes == 2 else 500].flat]}
    with open(os.path.join(HERE, f"{name}.json"), "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")
    print(name, os.path.getsize(file.name))


full = {"learning_rate": 0.1, "min_data_in_leaf": 20}
margins("lightgbm-leaf", 6000, 10, 20, dict(num_leaves=31, **full))
margins("lightgbm-categories", 6000, 8, 20, dict(num_leaves=15, **full), (0, 2))
margins("lightgbm-classes", 3000, 8, 20, dict(num_leaves=15, **full), classes=3)
