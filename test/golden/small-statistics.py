"""Wilson intervals, Kolmogorov–Smirnov, binomial distributions and a random stream.

pip install numpy scipy statsmodels
python small-statistics.py > small-statistics.json
"""

import json
import sys

import numpy as np
import scipy
import statsmodels
from scipy import special, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

rng = np.random.default_rng(7)


def wilson(count, of):
    low, high = proportion_confint(count, of, method="wilson")
    return {"count": count, "of": of, "lower": float(low), "upper": float(high)}


def ks(name, first, second):
    distance = float(stats.ks_2samp(first, second).statistic)
    n, m = len(first), len(second)
    tail = float(special.kolmogorov(np.sqrt(n * m / (n + m)) * distance))
    return {
        "name": name, "first": list(map(float, first)), "second": list(map(float, second)),
        "distance": distance, "pValue": tail,
    }


def binomial(n, p):
    low, high = stats.binom.ppf([1e-9, 1 - 1e-9], n, p)
    at = np.unique(np.linspace(low, high, 60).astype(int))
    return {"n": n, "p": p, "at": at.tolist(), "cdf": stats.binom.cdf(at, n, p).tolist()}


def holm(*values):
    return {"pValues": list(values), "adjusted": multipletests(values, method="holm")[1].tolist()}


def drop(baseline, window):
    """The one-sided p-value at which Newcombe's interval of the difference would just touch 0."""
    (count, of), (now, now_of) = baseline, window
    low, _ = confint_proportions_2indep(count, of, now, now_of, method="newcomb", compare="diff")
    difference = count / of - now / now_of
    deviations = stats.norm.ppf(0.975) * difference / (difference - low)
    return {
        "baseline": baseline, "window": window, "pValue": float(stats.norm.sf(deviations)),
    }


golden = {
    "versions": {
        "numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__,
    },
    "wilson": [
        wilson(c, n)
        for c, n in [(0, 1), (1, 1), (0, 20), (20, 20), (8, 10), (3, 1000), (999_999, 1_000_000)]
    ],
    "kolmogorovSmirnov": [
        ks("same", rng.normal(size=200).round(6), rng.normal(size=150).round(6)),
        ks("shifted", rng.normal(size=200).round(6), (rng.normal(size=150) + 0.4).round(6)),
        ks("tied", rng.integers(0, 5, 300), rng.integers(0, 6, 120)),
        ks("apart", [1, 2, 3], [4, 5]),
    ],
    "kolmogorovTail": [
        {"x": x, "tail": float(special.kolmogorov(x))}
        for x in [0.01, 0.1, 0.3, 0.5, 0.828, 0.9999, 1.0, 1.0001, 1.36, 2.0, 4.0]
    ],
    "binomial": [
        binomial(*case)
        for case in [(1, 0.3), (12, 0.5), (30, 0.01), (100, 0.1), (101, 0.1), (500, 0.35),
                     (5000, 0.97), (1_000_000, 0.002), (1_000_000, 0.5)]
    ],
    "holm": [
        holm(0.01, 0.04),
        holm(0.04, 0.001, 0.04, 0.7, 0.02, 0.03),
        holm(0.5, 1.0, 0.0, 0.2),
        holm(0.3),
    ],
    "drops": [
        drop((910, 1000), (270, 310)),
        drop((1000, 1000), (99, 100)),
        drop((50, 60), (400, 900)),
        drop((4990, 5000), (480, 500)),
    ],
}
json.dump(golden, sys.stdout, allow_nan=False)
print()
