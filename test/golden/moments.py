"""Writes moments.json: count, sum, mean, population standard deviation and range of some samples.

Run: pip install numpy==2.4.6 && python moments.py
Every number is exact (rational arithmetic, rounded once) and agrees with numpy's in extended
precision, whose own error is far above ours where values cancel.
"""

import fractions
import json
import math
import pathlib

import numpy

random = numpy.random.default_rng(20260115)


def samples():
    yield "one value", [42.5]
    yield "constant", [0.1] * 1000
    yield "whole numbers", [float(i) for i in range(1, 101)]
    yield "normal", random.normal(100, 15, 1000)
    yield "far from zero", 1e9 + random.normal(0, 1e-3, 400)
    yield "cancelling", [1e16, 1.0, -1e16, 3.0, 1e100, 2.5, -1e100]
    yield "tiny", random.lognormal(0, 1, 200) * 1e-150
    yield "huge", random.lognormal(0, 1, 200) * 1e150
    yield "heavy tail", random.pareto(1.2, 1000)
    yield "signs", random.normal(0, 1, 1001)


def measure(name, values):
    values = [float(value) for value in values]
    exact = [fractions.Fraction(value) for value in values]
    mean = sum(exact) / len(exact)
    std_dev = math.sqrt(float(sum((value - mean) ** 2 for value in exact) / len(exact)))
    extended = numpy.array(values, dtype=numpy.longdouble)
    assert numpy.isclose(float(numpy.std(extended)), std_dev, rtol=1e-6, atol=1e-300), name
    assert name == "cancelling" or numpy.isclose(float(extended.sum()), float(sum(exact))), name
    return {
        "name": name,
        "values": values,
        "count": len(values),
        "sum": float(sum(exact)),
        "mean": float(mean),
        "stdDev": std_dev,
        "min": min(values),
        "max": max(values),
    }


golden = {
    "versions": {"numpy": numpy.__version__},
    "cases": [measure(name, values) for name, values in samples()],
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden, allow_nan=False) + "\n")
