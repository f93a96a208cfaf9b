"""Writes the golden file of ml/evaluate with scikit-learn 1.9.1 and SciPy.

    python3 tests/golden/evaluate/generate.py
"""
import json
import os

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_softmax, logit, softmax
from scipy.stats import binomtest
from sklearn.calibration import _sigmoid_calibration
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import (
    average_precision_score,
    cohen_kappa_score,
    mean_pinball_loss,
    mean_poisson_deviance,
    ndcg_score,
)

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(11)


def platt():
    margins = rng.normal(-0.5, 1.5, 300)
    labels = (rng.random(300) < expit(0.5 * margins + 0.7)).astype(int)
    answers = expit(margins)
    slope, offset = _sigmoid_calibration(logit(answers), labels)
    # 1 / (1 + e^(a·f + b)) there, 1 / (1 + e^−(slope·f + offset)) here.
    return {"answers": answers.tolist(), "labels": labels.tolist(), "slope": -slope, "offset": -offset}


def temperature(classes):
    scores = rng.normal(0, 2.5, (250, classes))
    truth = softmax(scores / 2.2, axis=1)
    labels = np.array([rng.choice(classes, p=row) for row in truth])
    probabilities = softmax(scores, axis=1)
    logs = np.log(probabilities)

    def loss(t):
        return -log_softmax(logs / t, axis=1)[np.arange(250), labels].mean()

    best = minimize_scalar(loss, bounds=(0.1, 20), method="bounded", options={"xatol": 1e-12})
    return {
        "classes": classes,
        "probabilities": probabilities.ravel().tolist(),
        "labels": labels.tolist(),
        "temperature": best.x,
        "loss": best.fun,
    }


def isotonic():
    x = np.round(rng.random(150), 2)
    y = (rng.random(150) < x**2).astype(int)
    weights = np.round(rng.gamma(2, 1, 150) + 0.05, 3)
    asked = np.linspace(0, 1, 57)
    plain = IsotonicRegression(out_of_bounds="clip").fit(x, y)
    weighted = IsotonicRegression(out_of_bounds="clip").fit(x, y, sample_weight=weights)
    return {
        "x": x.tolist(),
        "y": y.tolist(),
        "weights": weights.tolist(),
        "asked": asked.tolist(),
        "plain": plain.predict(asked).tolist(),
        "weighted": weighted.predict(asked).tolist(),
    }


def measures():
    answers = np.round(rng.random(120), 2)
    labels = (rng.random(120) < answers).astype(int)
    relevance = rng.integers(0, 5, 120)
    levels = rng.integers(0, 5, 120)
    predicted = np.clip(levels + rng.integers(-1, 3, 120), 0, 4)
    means = rng.gamma(2, 2, 120) + 0.01
    counts = rng.poisson(means)
    return {
        "answers": answers.tolist(),
        "labels": labels.tolist(),
        "averagePrecision": average_precision_score(labels, answers),
        "relevance": relevance.tolist(),
        "ndcg": {str(k): ndcg_score([relevance], [answers], k=k) for k in (1, 5, 10, 50, 120)},
        "levels": levels.tolist(),
        "predicted": predicted.tolist(),
        "kappa": cohen_kappa_score(levels, predicted, weights="quadratic"),
        "means": means.tolist(),
        "counts": counts.tolist(),
        "poissonDeviance": mean_poisson_deviance(counts, means),
        "pinball": {str(q): mean_pinball_loss(counts, means, alpha=q) for q in (0.1, 0.5, 0.9)},
    }


def wilson(count, of):
    interval = binomtest(count, of).proportion_ci(method="wilson")
    return {"count": count, "of": of, "low": interval.low, "high": interval.high}


golden = {
    "made with": f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}",
    "platt": platt(),
    "temperature": [temperature(2), temperature(4)],
    "isotonic": isotonic(),
    "measures": measures(),
    "wilson": [wilson(0, 1), wilson(3, 10), wilson(250, 1000), wilson(7, 7)],
}
with open(os.path.join(HERE, "evaluate.json"), "w") as file:
    json.dump(golden, file, separators=(",", ":"))
