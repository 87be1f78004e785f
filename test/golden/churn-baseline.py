"""Writes churn-baseline.json: what pandas and scipy say of every column of two tables.

The tables are the churn training set of test/samples and a made one with missing values, other
types, and numbers that are hard to sum. Run:
pip install pandas==3.1.1 scipy==1.17.1 numpy==2.4.6 && python churn-baseline.py
"""

import json
import pathlib
import re
import statistics

import numpy
import pandas
import scipy
from scipy import stats

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(20260115)
FRACTIONS = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]
INTEGRAL = re.compile(r"(-|\+)? ?\d+")
FRACTIONAL = re.compile(r"(-|\+)? ?\d+((\.\d+)|((?:\.\d+)?[Ee][-+]?\d+))")


def type_of(texts):
    if not len(texts):
        return "Unknown"
    if all(INTEGRAL.fullmatch(text) for text in texts):
        return "Integral"
    if all(INTEGRAL.fullmatch(text) or FRACTIONAL.fullmatch(text) for text in texts):
        return "Fractional"
    return "String"


def number(value):
    assert numpy.isfinite(value), value
    return float(value)


def standard_deviation(numbers):
    """In rational arithmetic: pandas' own is off by 7e-9 for numbers far from 0."""
    exact = statistics.pstdev(numbers.tolist())
    assert abs(exact - numbers.std(ddof=0)) <= 1e-8 * exact, (exact, numbers.std(ddof=0))
    return number(exact)


def describe(name, column):
    present = column.dropna()
    described = {
        "name": name,
        "type": type_of(list(present)),
        "present": int(column.count()),
        "missing": int(column.isna().sum()),
    }
    if described["type"] == "Unknown":
        return described
    if described["type"] == "String":
        counts = present.value_counts()
        return described | {"counts": {text: int(count) for text, count in counts.items()}}
    numbers = pandas.to_numeric(present).astype("float64")
    ecdf = stats.ecdf(numbers).cdf
    quantiles = numpy.quantile(numbers, FRACTIONS, method="inverted_cdf")
    return described | {
        "mean": number(numbers.mean()),
        "sum": number(numbers.sum()),
        "standardDeviation": standard_deviation(numbers),
        "minimum": number(numbers.min()),
        "maximum": number(numbers.max()),
        "distinct": int(numbers.nunique()),
        "histogram": [int(count) for count in numpy.histogram(numbers, bins=10)[0]],
        "ranks": [
            {"value": number(value), "fraction": number(ecdf.evaluate(value))}
            for value in quantiles
        ],
    }


def made():
    size = 3000
    missing = random.random(size) < 0.13
    yield "offset", [f"{1e9 + x:.6f}" for x in random.normal(0, 1e-3, size)]
    yield "wide", [f"{x:.9e}" for x in numpy.exp(random.normal(0, 12, size))]
    yield "sparse", [None if gone else str(x) for gone, x in zip(missing, random.integers(-50, 50, size))]
    yield "mostly whole", ["2.5" if x == 7 else str(x) for x in range(size)]
    yield "plan", [("basic", "plus", "pro")[x] for x in random.integers(0, 3, size)]
    yield "flag", [("true", "false")[x] for x in random.integers(0, 2, size)]
    yield "mixed", ["n/a" if x % 900 == 0 else str(x % 40) for x in range(size)]
    yield "empty", [None] * size


churn = pandas.read_csv(here.parent.parent / "local/churn/data/training.csv", dtype=str)
table = dict(made())
golden = {
    "versions": {"pandas": pandas.__version__, "scipy": scipy.__version__, "numpy": numpy.__version__},
    "churn": [describe(name, churn[name]) for name in churn],
    "made": [{"texts": texts, **describe(name, pandas.Series(texts, dtype=object))} for name, texts in table.items()],
}
(here / "churn-baseline.json").write_text(json.dumps(golden, allow_nan=False) + "\n")
