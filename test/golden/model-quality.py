"""Model-quality metrics and 95 % intervals by scikit-learn, scipy, statsmodels and R's pROC.

apt-get install r-cran-proc
pip install numpy scipy scikit-learn statsmodels
pip download --no-deps nannyml==0.13.1
python model-quality.py nannyml-0.13.1-py3-none-any.whl > model-quality.json

The car-loan and card data are NannyML's and stay in its package: what is kept of them is how many
rows there are of each probability, prediction and label.
"""

import json
import pathlib
import subprocess
import sys
import warnings
import zipfile

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy.stats import bootstrap
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from statsmodels.stats.proportion import proportion_confint

import seeded_resamples as seeded

VERSIONS = {
    "python": sys.version.split()[0],
    "numpy": np.__version__,
    "scipy": scipy.__version__,
    "scikit-learn": sklearn.__version__,
    "statsmodels": statsmodels.__version__,
    "nannyml": "0.13.1 (data)",
}
RESAMPLES = 2000
JACKKNIFE_LIMIT = 2000
ROW_LIMIT = 20_000
SAMPLES = pathlib.Path(__file__).parent.parent / "samples"
NANNYML = zipfile.ZipFile(sys.argv[1])
warnings.filterwarnings("ignore", category=scipy.stats.DegenerateDataWarning)


def expected_calibration_error(label, probability):
    rates, means = calibration_curve(label, probability, n_bins=10, strategy="uniform")
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], probability)
    counts = np.bincount(bins, minlength=10)
    return float(np.sum(np.abs(rates - means) * counts[counts > 0]) / len(label))


ROW_METRICS = {
    "log_loss": lambda y, p: sk.log_loss(y, p, labels=[0, 1]),
    "brier_score": lambda y, p: sk.brier_score_loss(y, p),
    "expected_calibration_error": expected_calibration_error,
    "au_prc": lambda y, p: sk.average_precision_score(y, p),
}


def scipy_interval(metric, columns, resampled):
    """scipy's interval from these resamples: BCa jackknifes the metric by itself."""
    given = bootstrap(
        columns, lambda *drawn: 0.0, n_resamples=1, paired=True, vectorized=False,
        method="percentile", rng=0,
    )
    given.bootstrap_distribution = np.asarray(resampled)
    method = "BCa" if len(columns[0]) <= JACKKNIFE_LIMIT else "percentile"
    result = bootstrap(
        columns, metric, n_resamples=0, bootstrap_result=given, paired=True, vectorized=False,
        method=method,
    )
    ci = result.confidence_interval
    return [float(ci.low), float(ci.high)]


def row_intervals(row_metrics, columns):
    draws = seeded.stream(1)
    if len(columns[0]) <= ROW_LIMIT:
        return drawn_intervals(row_metrics, columns, draws)
    # Of more rows a part is drawn again and again, and its spread scaled to all of them.
    rows = seeded.draw_without(draws, ROW_LIMIT, len(columns[0]))
    part = tuple(column[rows] for column in columns)
    factor = (ROW_LIMIT / len(columns[0])) ** 0.5
    return {
        name: [
            float(row_metrics[name](*columns) + (end - row_metrics[name](*part)) * factor)
            for end in ends
        ]
        for name, ends in drawn_intervals(row_metrics, part, draws).items()
    }


def drawn_intervals(row_metrics, columns, draws):
    n = len(columns[0])
    resampled = {name: [] for name in row_metrics}
    for _ in range(RESAMPLES):
        drawn = np.bincount(seeded.indexes(draws, n, n), minlength=n)
        rows = np.repeat(np.arange(n), drawn)
        for name, metric in row_metrics.items():
            resampled[name].append(metric(*(column[rows] for column in columns)))
    return {
        name: scipy_interval(metric, columns, resampled[name])
        for name, metric in row_metrics.items()
    }


def count_intervals(count_metrics, counts):
    """BCa over rows that are all told by their kind: scipy sees one row a count."""
    draws = seeded.stream(1)
    kinds = np.repeat(np.arange(len(counts)), counts)
    drawn = [seeded.multinomial(draws, counts) for _ in range(RESAMPLES)]
    found = {}
    for name, metric in count_metrics.items():
        resampled = [metric(d) for d in drawn]
        of_kinds = lambda rows: metric(np.bincount(rows.astype(int), minlength=len(counts)))
        if len(kinds) <= JACKKNIFE_LIMIT:
            found[name] = scipy_interval(of_kinds, (kinds,), resampled)
        else:
            found[name] = bca_of_counts(metric, counts, resampled)
    return found


def bca_of_counts(metric, counts, resampled):
    """scipy's own BCa with its jackknife told kind by kind: a million rows would take hours."""
    from scipy.special import ndtr, ndtri

    counts = np.asarray(counts)
    kinds = [kind for kind, count in enumerate(counts) if count > 0]
    values = np.array([metric(counts - np.eye(len(counts), dtype=int)[kind]) for kind in kinds])
    weights = counts[kinds]
    n = weights.sum()
    u = (n - 1) * (np.sum(weights * values) / n - values)
    a = np.sum(weights * u**3) / (6 * np.sum(weights * u**2) ** 1.5)
    share = scipy.stats.percentileofscore(resampled, metric(counts), kind="mean") / 100
    z0 = ndtri(share)
    ends = [ndtr(z0 + (z0 + ndtri(t)) / (1 - a * (z0 + ndtri(t)))) for t in (0.025, 0.975)]
    return [float(np.percentile(resampled, 100 * end)) for end in ends]


def f_of_counts(beta):
    def f(counts):
        tp, fp, fn, _ = counts
        total = (1 + beta**2) * tp + beta**2 * fn + fp
        return (1 + beta**2) * tp / total

    return f


DELONG = """
suppressMessages(library(pROC))
rows <- read.table(file("stdin"), col.names = c("label", "score"))
found <- ci.auc(roc(rows$label, rows$score, levels = c(0, 1), direction = "<"), method = "delong")
cat(format(as.numeric(found), digits = 17), as.character(packageVersion("pROC")), R.version$minor)
"""


def delong_interval(label, score):
    rows = "".join(f"{int(y)} {float(s)!r}\n" for y, s in zip(label, score))
    run = subprocess.run(
        ["Rscript", "-e", DELONG], input=rows, capture_output=True, text=True, check=True
    )
    lower, area, upper, version, minor = run.stdout.split()
    assert abs(float(area) - sk.roc_auc_score(label, score)) < 1e-12
    VERSIONS["pROC"], VERSIONS["R"] = version, f"4.{minor}"
    return [float(lower), float(upper)]


def binary_case(name, label, prediction, probability):
    label, prediction = np.asarray(label), np.asarray(prediction)
    probability = np.asarray(probability, dtype=float)
    (tn, fp), (fn, tp) = sk.confusion_matrix(label, prediction, labels=[0, 1]).tolist()
    positives, negatives = tp + fn, tn + fp
    rates = {
        "recall": (sk.recall_score(label, prediction), tp, positives),
        "precision": (sk.precision_score(label, prediction), tp, tp + fp),
        "accuracy": (sk.accuracy_score(label, prediction), tp + tn, len(label)),
        "true_positive_rate": (sk.recall_score(label, prediction), tp, positives),
        "true_negative_rate": (sk.recall_score(label, prediction, pos_label=0), tn, negatives),
        "false_positive_rate": (fp / negatives, fp, negatives),
        "false_negative_rate": (fn / positives, fn, positives),
    }
    values = {key: value for key, (value, _, _) in rates.items()}
    intervals = {
        key: [float(x) for x in proportion_confint(count, of, method="wilson")]
        for key, (_, count, of) in rates.items()
    }
    betas = {"f0_5": 0.5, "f1": 1, "f2": 2}
    ones, major = np.ones_like(label), np.full_like(label, int(positives >= negatives))
    constant = "_best_constant_classifier"
    values["recall" + constant] = sk.recall_score(label, ones)
    values["precision" + constant] = sk.precision_score(label, ones)
    values["accuracy" + constant] = sk.accuracy_score(label, major)
    for key, beta in betas.items():
        values[key] = sk.fbeta_score(label, prediction, beta=beta)
        values[key + constant] = sk.fbeta_score(label, ones, beta=beta)
    values["auc"] = sk.roc_auc_score(label, probability)
    for key, metric in ROW_METRICS.items():
        values[key] = metric(label, probability)
    intervals["auc"] = delong_interval(label, probability)
    intervals |= count_intervals({k: f_of_counts(b) for k, b in betas.items()}, [tp, fp, fn, tn])
    intervals |= row_intervals(ROW_METRICS, (label, probability))
    cells, counts = np.unique(
        np.column_stack([probability, prediction, label]), axis=0, return_counts=True
    )
    return {
        "name": name,
        "confusion": {"tn": tn, "fp": fp, "fn": fn, "tp": tp},
        "values": {key: float(value) for key, value in values.items()},
        "intervals": intervals,
        "cells": [[*cell, int(count)] for cell, count in zip(cells.tolist(), counts)],
    }


def in_cell_order(label, prediction, probability):
    """Rows as a reader of the kept counts has them."""
    order = np.lexsort((label, prediction, probability))
    return label[order], prediction[order], probability[order]


def churn():
    table = np.genfromtxt(
        SAMPLES / "baseline_csv/churn_validation_with_predictions.csv", delimiter=",", names=True
    )
    return (table[k] for k in ("label", "prediction", "probability"))


def adult():
    with (SAMPLES / "baseline_csv/adult_validation-dataset.jsonl").open() as file:
        people = [json.loads(line) for line in file]
    train, rows = people[::2], people[1::2]
    model = make_pipeline(StandardScaler(), LogisticRegression())
    model.fit([r["features"] for r in train], [r["label"] for r in train])
    probability = np.round(model.predict_proba([r["features"] for r in rows])[:, 1], 6)
    label = np.array([float(r["label"]) for r in rows])
    return label, (probability > 0.5).astype(float), probability


def nannyml(name):
    with NANNYML.open(f"nannyml/datasets/data/{name}.csv") as file:
        lines = file.read().decode().splitlines()
    names = lines[0].split(",")
    rows = [line.split(",") for line in lines[1:]]
    return lambda column: np.array([row[names.index(column)] for row in rows])


def car_loan(chunk):
    predicted, truth = nannyml("synthetic_car_loan_analysis"), nannyml("synthetic_car_loan_analysis_target")
    part = slice(chunk * 5000, (chunk + 1) * 5000) if chunk is not None else slice(None)
    number = lambda values: values.astype(float)[part]
    return number(truth("repaid")), number(predicted("y_pred")), number(predicted("y_pred_proba"))


def card():
    truth, predicted = nannyml("mc_analysis_gt")("y_true"), nannyml("mc_analysis")("y_pred")
    classes = sorted(set(truth) | set(predicted))
    matrix = sk.confusion_matrix(truth, predicted, labels=classes)
    values = {"accuracy": sk.accuracy_score(truth, predicted)}
    values["weighted_recall"] = sk.recall_score(truth, predicted, average="weighted")
    values["weighted_precision"] = sk.precision_score(truth, predicted, average="weighted")
    majority = np.full_like(truth, max(classes, key=lambda c: (truth == c).sum()))
    suffix = "_best_constant_classifier"
    weighted = dict(average="weighted", zero_division=0)
    values["accuracy" + suffix] = sk.accuracy_score(truth, majority)
    values["weighted_recall" + suffix] = sk.recall_score(truth, majority, **weighted)
    values["weighted_precision" + suffix] = sk.precision_score(truth, majority, **weighted)
    betas = {"weighted_f0_5": 0.5, "weighted_f1": 1, "weighted_f2": 2}
    for key, beta in betas.items():
        values[key] = sk.fbeta_score(truth, predicted, beta=beta, **weighted)
        values[key + suffix] = sk.fbeta_score(truth, majority, beta=beta, **weighted)
    counts = matrix.ravel().tolist()
    hits = [float(x) for x in proportion_confint(int(np.trace(matrix)), len(truth), method="wilson")]
    intervals = {"accuracy": hits, "weighted_recall": hits}
    intervals |= count_intervals(
        {
            "weighted_precision": lambda d: weighted_metric(d, len(classes), None),
            **{key: weighted_by(len(classes), beta) for key, beta in betas.items()},
        },
        counts,
    )
    return {
        "name": "NannyML's cards, three classes",
        "classes": classes,
        "confusion": matrix.tolist(),
        "values": {key: float(value) for key, value in values.items()},
        "intervals": intervals,
    }


CARD_CLASSES = ["highstreet_card", "prepaid_card", "upmarket_card"]


def card_probabilities(known, row_count):
    """The first rows with what the model says of each class it knows; others have probability 0."""
    column = nannyml("mc_analysis")
    names = [CARD_CLASSES[k] for k in known]
    p = np.column_stack([column("y_pred_proba_" + n).astype(float) for n in names])[:row_count]
    p = p + (p.sum(axis=1, keepdims=True) == 0)  # Who says nothing of the known says all alike.
    p = p / p.sum(axis=1, keepdims=True)
    truth = np.array([CARD_CLASSES.index(y) for y in nannyml("mc_analysis_gt")("y_true")[:row_count]])
    guess = np.array(known)[np.argmax(p, axis=1)]
    cells, counts = np.unique(np.column_stack([p, guess, truth]), axis=0, return_counts=True)
    rows = np.repeat(cells, counts, axis=0)
    truth, p = rows[:, -1].astype(int), rows[:, :-2]
    everywhere = np.zeros((len(rows), 3))
    everywhere[:, known] = p
    columns = (truth, *p.T, *everywhere.T)
    k = len(known)
    part = lambda args: (args[0], np.column_stack(args[1 : k + 1]), np.column_stack(args[k + 1 :]))
    class_metrics = {
        "log_loss": lambda y, p, q: sk.log_loss(y, q, labels=[0, 1, 2]),
        "brier_score": lambda y, p, q: sk.brier_score_loss(y, q, labels=[0, 1, 2]),
        "expected_calibration_error": lambda y, p, q: expected_calibration_error(
            np.array(known)[np.argmax(p, axis=1)] == y, np.max(p, axis=1)
        ),
        "classwise_calibration_error": lambda y, p, q: float(
            np.mean([expected_calibration_error(y == c, p[:, i]) for i, c in enumerate(known)])
        ),
    }
    of_columns = {
        name: (lambda metric: lambda *args: metric(*part(args)))(metric)
        for name, metric in class_metrics.items()
    }
    # Every resample's class-wise error is larger than that of the rows: BCa has nothing to stand on.
    bounded = {key: of_columns[key] for key in list(of_columns)[:3]}
    return {
        "name": f"NannyML's cards, {k} classes known, {row_count} rows",
        "classes": CARD_CLASSES,
        "known": names,
        "values": {key: float(metric(*columns)) for key, metric in of_columns.items()},
        "intervals": row_intervals(bounded, columns),
        "cells": [[*cell, int(count)] for cell, count in zip(cells.tolist(), counts)],
    }


def weighted_by(k, beta):
    return lambda counts: weighted_metric(counts, k, beta)


def weighted_metric(counts, k, beta):
    """scikit-learn on rows told by their kind and weight."""
    actual, predicted = np.divmod(np.arange(k * k), k)
    arguments = dict(average="weighted", zero_division=0, sample_weight=np.asarray(counts))
    if beta is None:
        return float(sk.precision_score(actual, predicted, **arguments))
    return float(sk.fbeta_score(actual, predicted, beta=beta, **arguments))


def regression():
    table = np.genfromtxt(
        SAMPLES / "quality_check_step/model_quality/baseline_dataset.csv", delimiter=",", names=True
    )
    label, prediction = table["Label"], table["Prediction"]
    shifted = label + 1  # Labels of 0 have no relative error.
    row_metrics = {
        "mae": sk.mean_absolute_error,
        "mse": sk.mean_squared_error,
        "rmse": sk.root_mean_squared_error,
        "r2": sk.r2_score,
        "mape": sk.mean_absolute_percentage_error,
    }
    return {
        "name": "the quality-check sample, its labels raised by 1",
        "labels": shifted.tolist(),
        "predictions": prediction.tolist(),
        "values": {key: float(metric(shifted, prediction)) for key, metric in row_metrics.items()},
        "intervals": row_intervals(row_metrics, (shifted, prediction)),
    }


golden = {
    "versions": VERSIONS,
    "binary": [
        binary_case("churn", *in_cell_order(*churn())),
        binary_case("adult, logistic regression", *in_cell_order(*adult())),
        binary_case("NannyML's car loans, chunk 0", *in_cell_order(*car_loan(0))),
        binary_case("NannyML's car loans, chunk 9", *in_cell_order(*car_loan(9))),
        binary_case("NannyML's car loans, all 50,000", *in_cell_order(*car_loan(None))),
    ],
    "multiclass": [card()],
    "class_probabilities": [card_probabilities([0, 1, 2], 1500), card_probabilities([1, 2], 400)],
    "regression": [regression()],
}
print(json.dumps(golden, allow_nan=False).replace('{"name"', '\n{"name"'))
