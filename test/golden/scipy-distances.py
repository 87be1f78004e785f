"""Writes scipy-distances.json: two-sample Kolmogorov-Smirnov distances and chi-squared tails.

Run: pip install scipy==1.17.1 numpy==2.4.6 && python scipy-distances.py
"""

import json
import pathlib

import numpy
import scipy
from scipy import stats

random = numpy.random.default_rng(20260115)


def samples():
    yield "published", [38.7, 41.5, 43.8, 44.5, 45.5, 46.0, 47.7, 58.0], [
        39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8]
    yield "a flag from 10 % to 90 %", [0] * 90 + [1] * 10, [0] * 10 + [1] * 90
    yield "a flag, other sizes", [0] * 55 + [1] * 45, [0] * 4 + [1] * 3
    yield "one value", [1] * 7, [1] * 5
    yield "another value", [1] * 7, [2] * 5
    yield "nested range", [1, 2, 3, 4, 5, 6], [3, 3, 4, 4, 4]
    for size, other in ((30, 40), (300, 21), (1000, 700)):
        yield f"whole numbers, {size} and {other}", random.integers(0, 9, size), random.integers(0, 11, other)
        yield f"normal, {size} and {other}", random.normal(0, 1, size).round(3), random.normal(0.3, 1.2, other).round(3)


def number(value):
    assert numpy.isfinite(value), value
    return float(value)


golden = {
    "versions": {"scipy": scipy.__version__, "numpy": numpy.__version__},
    "kolmogorovSmirnov": [
        {
            "name": name,
            "baseline": [number(x) for x in a],
            "current": [number(x) for x in b],
            "distance": number(stats.ks_2samp(a, b).statistic),
        }
        for name, a, b in samples()
    ],
    "chiSquaredTail": [
        {"statistic": x, "degreesOfFreedom": k, "tail": number(stats.chi2.sf(x, k))}
        for k in (1, 2, 3, 4, 7, 19, 59, 119)
        for x in (0.0, 0.1, 1.0, 3.84, 10.0, 57.442557442557, 200.0, 600.0)
    ],
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden, allow_nan=False) + "\n")
