"""Writes explain.json with shap 0.51, LightGBM 4.7, scikit-learn 1.9 and plain numpy.

    python3 tests/golden/explain/generate.py

interventional: shap's TreeExplainer against a background. dependence: scikit-learn's partial_dependence by brute force.
ridge: scikit-learn's weighted Ridge. shapley: the definition over all subsets, for a function that is no tree.
"""
import itertools
import json
import math
import os

import lightgbm as lgb
import numpy as np
import shap
import sklearn
from sklearn.inspection import partial_dependence
from sklearn.linear_model import Ridge

HERE = os.path.dirname(os.path.abspath(__file__))


def as_list(array):
    return [None if np.isnan(v) else float(v) for v in np.asarray(array, dtype=np.float64).ravel()]


def interventional(rng):
    x = np.round(rng.normal(size=(500, 5)) * 8) / 8
    x[:, 3] = x[:, 0] + 0.25 * np.round(rng.normal(size=500))
    filled = x.copy()
    x[rng.random(x.shape) < 0.08] = np.nan
    y = filled[:, 0] * filled[:, 1] + filled[:, 2] - 0.5 * np.abs(filled[:, 3])
    options = dict(objective="regression", num_leaves=12, min_data_in_leaf=5, learning_rate=0.2, verbose=-1, num_threads=1)
    model = lgb.train(options, lgb.Dataset(x, y), 8)
    background, few = x[100:130], x[:10]
    explainer = shap.TreeExplainer(model, data=background, feature_perturbation="interventional")
    return {
        "model": model.model_to_string(), "columns": 5, "background": as_list(background), "x": as_list(few),
        "base": float(explainer.expected_value), "contributions": as_list(explainer.shap_values(few)),
    }


def dependence(rng):
    x = np.round(rng.normal(size=(120, 3)), 2)
    y = np.sin(2 * x[:, 0]) + x[:, 1] * x[:, 2]
    model = lgb.LGBMRegressor(n_estimators=10, num_leaves=8, min_child_samples=5, verbose=-1, n_jobs=1).fit(x, y)
    told = partial_dependence(model, x, [0], kind="both", method="brute", grid_resolution=9)
    return {
        "model": model.booster_.model_to_string(), "columns": 3, "x": as_list(x),
        "grid": as_list(told["grid_values"][0]), "average": as_list(told["average"]),
        "individual": as_list(told["individual"][0]),
    }


def ridge(rng):
    z = rng.normal(size=(40, 4))
    y = z @ np.array([1.0, -2.0, 0.0, 0.5]) + 0.2 * z[:, 0] ** 2 + 3
    weights = rng.random(40) + 0.1
    fitted = Ridge(alpha=1.0, solver="cholesky").fit(z, y, sample_weight=weights)
    return {
        "columns": 4, "z": as_list(z), "y": as_list(y), "weights": as_list(weights),
        "coefficients": as_list(fitted.coef_), "intercept": float(fitted.intercept_),
        "r2": float(fitted.score(z, y, sample_weight=weights)),
    }


def answer(x):
    """Also written in explain.test.ts."""
    return np.tanh(x[:, 0] + x[:, 1] * x[:, 2]) + 0.5 * np.maximum(x[:, 3] - x[:, 4], 0) * x[:, 0] + 0.1 * x[:, 5]


def shapley(rng):
    background, few = rng.normal(size=(7, 6)), rng.normal(size=(3, 6))

    def worth(row, known):
        mixed = background.copy()
        mixed[:, list(known)] = row[list(known)]
        return answer(mixed).mean()

    def value(row, e):
        others = [c for c in range(6) if c != e]
        return sum(
            (worth(row, known + (e,)) - worth(row, known)) / (6 * math.comb(5, size))
            for size in range(6) for known in itertools.combinations(others, size)
        )

    return {
        "columns": 6, "background": as_list(background), "x": as_list(few), "base": float(answer(background).mean()),
        "contributions": [float(value(row, e)) for row in few for e in range(6)],
    }


rng = np.random.default_rng(5)
made = f"shap {shap.__version__}, lightgbm {lgb.__version__}, scikit-learn {sklearn.__version__}, numpy {np.__version__}"
data = {"made with": made, "interventional": interventional(rng), "dependence": dependence(rng), "ridge": ridge(rng)}
with open(os.path.join(HERE, "explain.json"), "w") as file:
    json.dump({**data, "shapley": shapley(rng)}, file, separators=(",", ":"))
    file.write("\n")
