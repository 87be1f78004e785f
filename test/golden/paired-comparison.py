"""Champion and challenger on the same rows, by scikit-learn, scipy, statsmodels and R's pROC.

apt-get install r-cran-proc
pip install numpy scipy scikit-learn statsmodels
python paired-comparison.py > paired-comparison.json
"""

import json
import subprocess
import sys
import warnings

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy import stats
from sklearn import metrics as sk
from statsmodels.stats.contingency_tables import mcnemar

import seeded_resamples as seeded

VERSIONS = {
    "python": sys.version.split()[0],
    "numpy": np.__version__,
    "scipy": scipy.__version__,
    "scikit-learn": sklearn.__version__,
    "statsmodels": statsmodels.__version__,
}
RESAMPLES = 2000
rng = np.random.default_rng(5)
warnings.filterwarnings("ignore", category=stats.DegenerateDataWarning)

PROC = """
suppressMessages(library(pROC))
rows <- read.table(file("stdin"), col.names = c("label", "first", "second"))
of <- function(score) roc(rows$label, score, levels = c(0, 1), direction = "<")
first <- of(rows$first)
second <- of(rows$second)
found <- roc.test(second, first, paired = TRUE, method = "delong")
variance <- var(first) + var(second) - 2 * cov(first, second)
cat(format(c(found$estimate, variance, found$p.value), digits = 17),
    as.character(packageVersion("pROC")), R.version$minor)
"""


def proc(label, first, second):
    rows = "".join(f"{int(y)} {float(a)!r} {float(b)!r}\n" for y, a, b in zip(label, first, second))
    run = subprocess.run(["Rscript", "-e", PROC], input=rows, capture_output=True, text=True, check=True)
    challenger, champion, variance, p, version, minor = run.stdout.split()
    VERSIONS["pROC"], VERSIONS["R"] = version, f"4.{minor}"
    return float(champion), float(challenger), float(variance), float(p)


def delong_by_pairs(label, scores):
    """The paper's definition: every positive against every negative."""
    components = []
    for score in scores:
        positives, negatives = score[label == 1], score[label == 0]
        wins = (positives[:, None] > negatives) + 0.5 * (positives[:, None] == negatives)
        components.append((wins.mean(axis=1), wins.mean(axis=0)))
    areas = [v10.mean() for v10, _ in components]
    s10 = np.cov([v10 for v10, _ in components])
    s01 = np.cov([v01 for _, v01 in components])
    covariance = s10 / (label == 1).sum() + s01 / (label == 0).sum()
    return areas, covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]


def delong_fast(label, scores):
    """Sun & Xu's algorithm, by midranks."""
    order = np.argsort(-label, kind="stable")
    m = int(label.sum())
    n = len(label) - m
    scores = np.asarray(scores)[:, order]
    ranks = lambda rows: np.array([stats.rankdata(row) for row in rows])
    tx, ty, tz = ranks(scores[:, :m]), ranks(scores[:, m:]), ranks(scores)
    v01 = (tz[:, :m] - tx) / n
    v10 = 1 - (tz[:, m:] - ty) / m
    covariance = np.cov(v01) / m + np.cov(v10) / n
    return covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]


def area_case(name, label, champion, challenger):
    label, champion, challenger = map(np.asarray, (label, champion, challenger))
    areas, variance = delong_by_pairs(label, [champion, challenger])
    for area, score in zip(areas, (champion, challenger)):
        assert abs(area - sk.roc_auc_score(label, score)) < 1e-12
    assert abs(variance - delong_fast(label, [champion, challenger])) < 1e-14
    difference = areas[1] - areas[0]
    if variance > 1e-15:
        first, second, by_proc, p = proc(label, champion, challenger)
        assert abs(first - areas[0]) < 1e-12 and abs(second - areas[1]) < 1e-12
        assert abs(by_proc - variance) < 1e-12
    else:
        p = 1.0
    z = stats.norm.ppf(0.975)
    return {
        "name": name, "labels": label.tolist(),
        "champion": champion.tolist(), "challenger": challenger.tolist(),
        "areas": areas, "variance": float(variance), "pValue": p,
        "interval": [max(-1, difference - z * variance**0.5), min(1, difference + z * variance**0.5)],
    }


def area_cases():
    def draw(n, share, noise, digits):
        label = (rng.random(n) < share).astype(int)
        signal = label + rng.normal(0, 1, n)
        score = lambda extra: stats.norm.cdf(signal + rng.normal(0, extra, n) - 0.5).round(digits)
        return label, score(noise[0]), score(noise[1])

    label, champion, challenger = draw(240, 0.4, (0.8, 0.3), 6)
    return [
        area_case("challenger better", label, champion, challenger),
        area_case("challenger worse", label, challenger, champion),
        area_case("the same", label, champion, champion),
        area_case("tied scores", *draw(300, 0.5, (0.5, 0.5), 1)),
        area_case("few positives", *draw(400, 0.03, (0.4, 0.4), 6)),
        area_case("four rows", [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], [0.2, 0.1, 0.6, 0.9]),
        area_case("one tells nothing", label, np.full(len(label), 0.5), challenger),
    ]


def mcnemar_case(champion_only, challenger_only, both, neither):
    table = [[both, champion_only], [challenger_only, neither]]
    total, fewer = champion_only + challenger_only, min(champion_only, challenger_only)
    exact = mcnemar(table, exact=True).pvalue if total > 0 else 1.0
    point = stats.binom.pmf(fewer, total, 0.5)
    tail = stats.binom.cdf(fewer, total, 0.5)
    mid = 1 - point if champion_only == challenger_only else 2 * tail - point
    n = both + neither + total
    better, worse = (challenger_only + 1) / (n + 2), (champion_only + 1) / (n + 2)
    half = stats.norm.ppf(0.975) * np.sqrt((better + worse - (better - worse) ** 2) / (n + 2))
    return {
        "championOnly": champion_only, "challengerOnly": challenger_only, "rows": n,
        "pValue": float(exact), "midPValue": float(mid),
        "interval": [
            max(-1.0, float(better - worse - half)), min(1.0, float(better - worse + half)),
        ],
    }


def bootstrap_interval(difference, columns):
    """scipy's BCa of a difference, over the resamples that the program draws."""
    draws = seeded.stream(1)
    n = len(columns[0])
    resampled = []
    for _ in range(RESAMPLES):
        drawn = np.bincount(seeded.indexes(draws, n, n), minlength=n)
        rows = np.repeat(np.arange(n), drawn)
        resampled.append(difference(*(column[rows] for column in columns)))
    given = stats.bootstrap(
        columns, lambda *drawn: 0.0, n_resamples=1, paired=True, vectorized=False,
        method="percentile", rng=0,
    )
    given.bootstrap_distribution = np.asarray(resampled)
    result = stats.bootstrap(
        columns, difference, n_resamples=0, bootstrap_result=given, paired=True, vectorized=False,
        method="BCa",
    )
    return [float(result.confidence_interval.low), float(result.confidence_interval.high)]


def bootstrap_case(problem, metric, sign, of, label, champion, challenger):
    columns = tuple(map(np.asarray, (label, champion, challenger)))
    difference = lambda y, a, b: sign * (of(y, b) - of(y, a))
    return {
        "problem": problem, "metric": metric,
        "labels": columns[0].tolist(),
        "champion": columns[1].tolist(), "challenger": columns[2].tolist(),
        "values": [float(of(columns[0], columns[1])), float(of(columns[0], columns[2]))],
        "improvement": float(difference(*columns)),
        "interval": bootstrap_interval(difference, columns),
    }


def bootstrap_cases():
    n = 180
    label = (rng.random(n) < 0.45).astype(int)
    probability = lambda noise: stats.norm.cdf(1.5 * label - 0.7 + rng.normal(0, noise, n)).round(6)
    first, second = probability(1.2), probability(0.8)
    log_loss = lambda y, p: sk.log_loss(y, p, labels=[0, 1])
    f1 = lambda y, p: sk.f1_score(y, p > 0.5, zero_division=0)
    truth = rng.normal(10, 3, n).round(6)
    near, far = (truth + rng.normal(0, 1, n)).round(6), (truth + rng.standard_t(3, n)).round(6)
    names = rng.integers(0, 4, n)
    guess = lambda right: np.where(rng.random(n) < right, names, rng.integers(0, 4, n))
    weighted = lambda y, p: sk.f1_score(y, p, average="weighted", zero_division=0)
    binary, regression = "binary-classification", "regression"
    return [
        bootstrap_case(binary, "logLoss", -1, log_loss, label, first, second),
        bootstrap_case(binary, "f1", 1, f1, label, first, second),
        bootstrap_case(regression, "rmse", -1, sk.root_mean_squared_error, truth, far, near),
        bootstrap_case(regression, "mae", -1, sk.mean_absolute_error, truth, far, near),
        bootstrap_case("multiclass-classification", "f1", 1, weighted, names, guess(0.5), guess(0.7)),
    ]


areas = area_cases()
golden = {
    "areas": areas,
    "mcnemar": [
        mcnemar_case(*counts)
        for counts in [
            (0, 0, 10, 5), (1, 7, 1, 12), (7, 1, 1, 12), (5, 5, 40, 3), (12, 30, 400, 60),
            (0, 4, 0, 0), (900, 1100, 7000, 1000), (60_000, 60_500, 800_000, 79_500),
        ]
    ],
    "bootstrap": bootstrap_cases(),
}
print(json.dumps({"versions": VERSIONS, **golden}, allow_nan=False))
