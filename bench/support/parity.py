"""Trains XGBoost, LightGBM and scikit-learn's forests on the tables that bench/parity.ts writes, and answers its rows.

The first line written holds the versions of the libraries that could be imported, as JSON. Then one job is read a line: the
paths of the training table, its labels and the table to answer (float64), how many columns, how many classes, the columns
that hold codes of categories, the library, the estimator's name where it has several, and its parameters. Probabilities go
to the path `answers`, rows x classes (of label 1 alone where there are two), and a line to say so.
"""
import importlib
import json
import sys

import numpy as np


def xgboost_answers(job, x, y, fresh):
    import xgboost
    kinds = ["c" if column in job["categories"] else "q" for column in range(job["columns"])]
    table = lambda values, labels=None: xgboost.DMatrix(values, labels, feature_types=kinds, enable_categorical=True)
    objective = {"objective": "binary:logistic"} if job["classes"] == 2 else {
        "objective": "multi:softprob", "num_class": job["classes"]}
    parameters = {**objective, "tree_method": "hist", "nthread": 1, **job["parameters"]}
    rounds = parameters.pop("rounds")
    return xgboost.train(parameters, table(x, y), rounds).predict(table(fresh))


def lightgbm_answers(job, x, y, fresh):
    import lightgbm
    objective = {"objective": "binary"} if job["classes"] == 2 else {
        "objective": "multiclass", "num_class": job["classes"]}
    parameters = {**objective, "num_threads": 1, "verbose": -1, **job["parameters"]}
    rounds = parameters.pop("rounds")
    table = lightgbm.Dataset(x, y, categorical_feature=job["categories"])
    return lightgbm.train(parameters, table, rounds).predict(fresh)


def sklearn_answers(job, x, y, fresh):
    from sklearn import ensemble
    model = getattr(ensemble, job["estimator"])(n_jobs=1, **job["parameters"])
    answers = model.fit(x, y).predict_proba(fresh)
    return answers[:, 1] if job["classes"] == 2 else answers


LIBRARIES = {"xgboost": xgboost_answers, "lightgbm": lightgbm_answers, "sklearn": sklearn_answers}


def versions():
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = importlib.import_module(name).__version__
        except Exception:  # Broken installations fail in many ways; here they are all the same as none.
            pass
    return found


def main():
    print(json.dumps(versions()), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        table = lambda path: np.fromfile(path, np.float64).reshape(-1, job["columns"])
        x, y, fresh = table(job["train"]), np.fromfile(job["labels"], np.float64), table(job["fresh"])
        answers = LIBRARIES[job["library"]](job, x, y, fresh)
        np.asarray(answers, np.float64).tofile(job["answers"])
        print("done", flush=True)


main()
