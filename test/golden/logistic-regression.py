"""Coefficients and losses of scikit-learn's logistic regression on the churn training set.

Run: python test/golden/logistic-regression.py > test/golden/logistic-regression.json
"""

import csv
import json
import pathlib
import platform
import sys

import numpy
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.preprocessing import StandardScaler

DATA = pathlib.Path(__file__).parents[2] / "local" / "churn" / "data"


def rows(name, header):
    with open(DATA / name, newline="") as file:
        lines = list(csv.reader(file))[1 if header else 0 :]
    table = numpy.array(lines, dtype=float)
    return table[:, 1:], table[:, 0].astype(int)


train_x, train_y = rows("training.csv", header=True)
held_x, held_y = rows("validation.csv", header=False)
scaler = StandardScaler().fit(train_x)

cases = []
for penalty in [0.1, 1, 100]:
    model = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-14, max_iter=1000)
    model.fit(scaler.transform(train_x), train_y)
    train_p = model.predict_proba(scaler.transform(train_x))[:, 1]
    held_p = model.predict_proba(scaler.transform(held_x))[:, 1]
    cases.append(
        {
            "penalty": penalty,
            "intercept": float(model.intercept_[0]),
            "coefficients": [float(c) for c in model.coef_[0]],
            "meanLogLoss": float(log_loss(train_y, train_p)),
            "heldBackMeanLogLoss": float(log_loss(held_y, held_p)),
            "heldBackAuc": float(roc_auc_score(held_y, held_p)),
            "heldBackProbabilities": [float(p) for p in held_p[:20]],
        }
    )

golden = {
    "versions": {
        "python": platform.python_version(),
        "scikit-learn": sklearn.__version__,
        "numpy": numpy.__version__,
    },
    "means": [float(m) for m in scaler.mean_],
    "scales": [float(s) for s in scaler.scale_],
    "cases": cases,
}
json.dump(golden, sys.stdout, indent=1, allow_nan=False)
print()
