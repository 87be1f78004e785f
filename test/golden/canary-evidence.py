"""Wealth of the canary's bets from plain likelihood ratios, the closest null by scipy's root finder.

pip install numpy scipy scikit-learn
python canary-evidence.py > canary-evidence.json
"""

import json
import math
import sys

import numpy as np
import scipy
import sklearn
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import beta
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(11)
DISTANCES = [2.0 ** -k for k in range(1, 12)]
RESTAKED, EXPECTED_WEIGHT, LEAST = 0.005, 20, 1e-6


def divergence(q, p):
    return q * math.log(q / p) + (1 - q) * math.log((1 - q) / (1 - p))


def closest(champion, candidate, margin, share):
    """The pair p, p + margin that minimises the weighted Kullback-Leibler divergence."""
    def of(p):
        return (1 - share) * divergence(champion, p) + share * divergence(candidate, p + margin)

    def slope(p):
        return (1 - share) * (p - champion) / (p * (1 - p)) + share * (p + margin - candidate) / (
            (p + margin) * (1 - p - margin))

    low, high = max(0, -margin) + 1e-15, min(1, 1 - margin) - 1e-15
    p = brentq(slope, low, high, xtol=1e-18, rtol=8.9e-16, maxiter=1000)
    # The root is the least: no other point that an optimiser finds is lower.
    found = minimize_scalar(of, bounds=(low, high), method="bounded", options={"xatol": 1e-12})
    assert of(p) <= found.fun + 1e-12, (champion, candidate, margin, share)
    return p


def clip(rate):
    return min(1 - LEAST, max(LEAST, rate))


def wealths(intervals, says, margin, expected):
    """After each interval, as a plain product; exact enough while nothing overflows."""
    stakes = np.array([0.5] + [0.5 / len(DISTANCES)] * len(DISTANCES))
    start = stakes.copy()
    events, trials, result = expected * EXPECTED_WEIGHT, EXPECTED_WEIGHT, []
    for (n, x), (m, y) in intervals:
        if n > 0 and m > 0:
            rate, ratios = clip(events / trials), [1.0]
            for d in DISTANCES:
                other = clip(rate + margin + d if says == "at-most" else rate + margin - d)
                beyond = other - rate > margin if says == "at-most" else other - rate < margin
                if not beyond:
                    ratios.append(1.0)
                    continue
                p = closest(rate, other, margin, m / (n + m))
                ratios.append(
                    (rate / p) ** x * ((1 - rate) / (1 - p)) ** (n - x)
                    * (other / (p + margin)) ** y * ((1 - other) / (1 - p - margin)) ** (m - y))
            stakes = stakes * np.array(ratios)
            total = stakes.sum()
            stakes = (1 - RESTAKED) * stakes + RESTAKED * total * start
        result.append(float(np.log(stakes.sum())))
        events, trials = events + x, trials + n
    return result


def traffic(count, load, share, champion, candidate):
    result = []
    for _ in range(count):
        total = int(rng.poisson(load))
        m = int(rng.binomial(total, share))
        n = total - m
        result.append([[n, int(rng.binomial(n, champion))], [m, int(rng.binomial(m, candidate))]])
    return result


def evidence(name, intervals, says, margin, expected):
    return {"name": name, "intervals": intervals, "says": says, "margin": margin,
            "expectedRate": expected, "logWealth": wealths(intervals, says, margin, expected)}


def scored(count, separation):
    labels = rng.random(count) < 0.3
    scores = (rng.normal(size=count) + separation * labels).round(1)
    return [{"id": f"{i:03d}", "score": float(s), "positive": bool(p)}
            for i, s, p in zip(rng.permutation(count), scores, labels)]


def misordered(records):
    """1 - AUC of each group of three of the rarer class with their part of the other."""
    ordered = sorted(records, key=lambda r: r["id"])
    classes = [[r for r in ordered if r["positive"] == c] for c in (True, False)]
    groups = min(map(len, classes)) // 3
    result = []
    for g in range(groups):
        group = [r for of in classes for r in of[g::groups]]
        auc = roc_auc_score([r["positive"] for r in group], [r["score"] for r in group])
        result.append(float(1 - auc))
    return result


pairs = [(0.01, 0.02), (0.001, 0.5), (0.25, 0.45), (1e-6, 0.3), (0.9, 0.999), (0.4, 0.1)]
labels = {"champion": scored(120, 1.4), "candidate": scored(40, 1.0)}
golden = {
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__,
                 "sklearn": sklearn.__version__},
    "closest": [
        {"champion": a, "candidate": b, "margin": margin, "share": share,
         "expected": closest(a, b, margin, share)}
        for a, b in pairs for margin in (0, 0.005, 0.2, -0.05) for share in (0.05, 0.5)
    ],
    "evidence": [
        evidence("same", traffic(40, 200, 0.05, 0.01, 0.01), "at-most", 0, 0.002),
        evidence("worse", traffic(40, 200, 0.05, 0.01, 0.06), "at-most", 0.001, 0.002),
        evidence("slower", traffic(30, 100, 0.05, 0.25, 0.45), "at-most", 0.03, 0.25),
        evidence("not worse", traffic(40, 200, 0.1, 0.01, 0.01), "at-least", 0.05, 0.002),
        evidence("better", traffic(40, 100, 0.5, 0.3, 0.2), "at-least", 0, 0.2),
        evidence("few", traffic(40, 4, 0.2, 0.3, 0.6), "at-most", 0, 0.2),
        evidence("hardly less", traffic(30, 200, 0.3, 0.5, 0.5), "at-most", -0.1, 0.5),
    ],
    "upperBounds": [
        {"successes": k, "trials": n, "expected": float(beta.ppf(0.95, k + 1, n - k))}
        for k, n in [(0, 1000), (4, 1000), (5, 1000), (87, 1000), (1, 20)]
    ],
    "misordered": [
        {**labels, "expected": {arm: misordered(records) for arm, records in labels.items()}}
    ],
}
json.dump(golden, sys.stdout, allow_nan=False)
print()
