"""Writes the trees that XGBoost 1.7.4 grows on the hashed table, node by node (Debian: python3-xgboost).

    /usr/bin/python3 tests/golden/trees/generate_grown.py
"""
import json
import os

import numpy as np
import xgboost as xgb

from hashed_table import table

HERE = os.path.dirname(os.path.abspath(__file__))


def grown(name, rows, columns, rounds, params, categories=()):
    x, y = table(rows, columns)
    types = ["c" if j in categories else "q" for j in range(columns)]
    data = xgb.DMatrix(x, label=y, feature_types=types, enable_categorical=True, nthread=1)
    options = dict(objective="binary:logistic", tree_method="hist", base_score=0.5, nthread=1, **params)
    booster = xgb.train(options, data, num_boost_round=rounds)
    text = booster.save_raw("json").decode().replace("NaN", "null")
    trees = json.loads(text)["learner"]["gradient_booster"]["model"]["trees"]
    joined = {"start": [0], "feature": [], "threshold": [], "value": [], "defaultLeft": [], "sets": {}}
    for tree in trees:
        for node, left in enumerate(tree["left_children"]):
            number = len(joined["feature"])
            leaf = left < 0
            condition = tree["split_conditions"][node]
            joined["feature"].append(-1 if leaf else tree["split_indices"][node])
            joined["threshold"].append(0 if leaf or condition is None else condition)
            joined["value"].append(condition if leaf else 0)
            joined["defaultLeft"].append(0 if leaf else tree["default_left"][node])
            if not leaf and tree["split_type"][node] == 1:
                joined["threshold"][-1] = 0
                k = tree["categories_nodes"].index(node)
                first = tree["categories_segments"][k]
                joined["sets"][number] = tree["categories"][first:first + tree["categories_sizes"][k]]
        joined["start"].append(len(joined["feature"]))
    margins = booster.predict(data, output_margin=True)[:500]
    golden = {"made with": f"xgboost {xgb.__version__}", "options": options, "rows": rows, "columns": columns,
              "rounds": rounds, "categories": list(categories), "trees": joined,
              "margins": [float(m) for m in margins]}
    with open(os.path.join(HERE, f"{name}.json"), "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")
    print(name, len(joined["feature"]), os.path.getsize(file.name))


regular = {"alpha": 2.0, "lambda": 5.0, "gamma": 1.5, "min_child_weight": 20.0}
grown("grown-depth", 20000, 20, 20, dict(max_depth=6, eta=0.3, **regular))
grown("grown-leaf", 20000, 20, 20,
      dict(grow_policy="lossguide", max_leaves=31, max_depth=0, eta=0.3, **regular))
grown("grown-monotone", 4000, 8, 15,
      dict(max_depth=5, eta=0.3, monotone_constraints="(0,1,0,-1,0,0,1,0)", **regular))
grown("grown-step", 4000, 8, 10, dict(max_depth=4, eta=0.3, max_delta_step=0.4, min_child_weight=5.0))
grown("grown-interactions", 4000, 8, 15,
      dict(max_depth=5, eta=0.3, interaction_constraints="[[0,1],[1,2,3],[4,5]]", **regular))
grown("grown-one-hot", 4000, 8, 12, dict(max_depth=4, eta=0.3, max_cat_to_onehot=20, **regular), (0, 2))
grown("grown-partition", 4000, 8, 12, dict(max_depth=4, eta=0.3, max_cat_to_onehot=1, **regular), (0, 2))
