"""Oblivious trees by brute force, from the formulae of CatBoost's paper and documentation, to hold the fast ones to.

Slow on purpose: every candidate is scored from the rows themselves, without histograms or subtraction.
Run: python3 generate.py (numpy 2.4.6). CatBoost itself is not needed.
"""

import json
from pathlib import Path

import numpy as np

RATE = float(np.float32(0.2))
ROUNDS, DEPTH, L2 = 4, 3, 3.0


def sigmoid(m):
    return 1 / (1 + np.exp(-m))


def slopes(loss, y, m):
    return y - (m if loss == "squared" else sigmoid(m))


def curvatures(loss, m):
    return np.ones_like(m) if loss == "squared" else sigmoid(m) * (1 - sigmoid(m))


def borders_of(column):
    values = np.unique(column[~np.isnan(column)].astype(np.float32))
    middles = [np.float32(0.5 * float(a) + 0.5 * float(b)) for a, b in zip(values, values[1:])]
    return ([np.finfo(np.float32).min] if np.isnan(column).any() else []) + middles


def passes(column, border):
    return np.nan_to_num(column.astype(np.float32), nan=-np.inf) > border


def leaf_values(loss, y, w, m, leaf, leaves, steps):
    """Newton steps without backtracking: on these tables every step lowers the loss."""
    m, values, ridge = m.copy(), np.zeros(leaves), L2 * w.mean()
    for _ in range(steps):
        for q in range(leaves):
            rows = leaf == q
            if rows.any():
                g, h = (w * slopes(loss, y, m))[rows].sum(), (w * curvatures(loss, m))[rows].sum()
                values[q] += g / (h + ridge)
                m[rows] += g / (h + ridge)
    return values


def score(kind, segments, y, w, leaf, loss):
    above, below = 0.0, 1e-100
    for order, body, m in segments:
        g = w[order] * slopes(loss, y[order], m)
        first = np.arange(len(order)) < body
        scored = first if body == len(order) else ~first
        ridge = L2 * w[order][:body].mean()
        for q in np.unique(leaf[order]):
            here = leaf[order] == q
            weight = w[order][here & first].sum()
            average = g[here & first].sum() / (weight + ridge) if weight > 0 else 0.0
            above += average * g[here & scored].sum()
            below += average**2 * w[order][here & scored].sum()
    return above if kind == "l2" else above / np.sqrt(below)


def fit(x, y, w, loss, kind, steps, permutation):
    n = len(y)
    start = float(np.float32((w * y).sum() / w.sum())) if loss == "squared" else 0.0
    total = np.full(n, start)
    segments = [(np.arange(n), n, np.full(n, start))]
    if permutation is not None:
        segments, body = [], 1
        while body < n:
            tail = min(n, 2 * body)
            segments.append((permutation[:tail], body, np.full(tail, start)))
            body = tail
    trees = []
    for _ in range(ROUNDS):
        leaf, splits = np.zeros(n, int), []
        for level in range(DEPTH):
            best = (-np.inf,)
            for f in range(x.shape[1]):
                for border in borders_of(x[:, f]):
                    candidate = leaf + (passes(x[:, f], border).astype(int) << level)
                    s = score(kind, segments, y, w, candidate, loss)
                    if s > best[0] + 1e-12 * abs(s):
                        best = (s, f, float(border), candidate)
            splits.append([best[1], best[2]])
            leaf = best[3]
        for order, body, m in segments:
            b = order[:body]
            values = leaf_values(loss, y[b], w[b], m[:body], leaf[b], 2**DEPTH, steps)
            m += RATE * values[leaf[order]]
        values = RATE * leaf_values(loss, y, w, total, leaf, 2**DEPTH, steps)
        total += values[leaf]
        trees.append(splits)
    return trees, total


def main():
    rng = np.random.default_rng(7)
    n = 48
    x = np.round(rng.normal(size=(n, 3)), 1)
    x[rng.random((n, 3)) < 0.1] = np.nan
    signal = np.nan_to_num(x[:, 0]) * 2 + np.nan_to_num(x[:, 1], nan=1.0) ** 2
    noisy = signal + rng.normal(size=n)
    weights = np.round(rng.uniform(0.5, 2, size=n), 2)
    permutation = rng.permutation(n)
    cases = []
    for loss, kind, steps, ordered in [
        ("squared", "cosine", 1, False),
        ("squared", "l2", 1, True),
        ("logistic", "cosine", 10, False),
        ("logistic", "cosine", 2, True),
    ]:
        y = np.round(noisy, 2) if loss == "squared" else (noisy > np.median(noisy)).astype(float)
        trees, margins = fit(x, y, weights, loss, kind, steps, permutation if ordered else None)
        cases.append({"loss": loss, "score": kind, "leafSteps": steps, "isOrdered": ordered})
        cases[-1] |= {"labels": y.tolist(), "splits": trees, "margins": margins.tolist()}
    table = [None if np.isnan(v) else v for v in x.ravel().tolist()]
    golden = {"numpy": np.__version__, "columns": 3, "x": table, "weights": weights.tolist()}
    golden |= {"permutation": permutation.tolist(), "rate": 0.2, "rounds": ROUNDS, "depth": DEPTH, "cases": cases}
    Path(__file__).with_name("brute-force.json").write_text(json.dumps(golden) + "\n")


main()
