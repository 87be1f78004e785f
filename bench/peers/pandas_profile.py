"""Profiles a capture file with pandas; prints one JSON line of seconds and peak memory.

Yields, for each column: count, missing, mean, standard deviation, minimum, maximum, 19 exact
quantiles and the distinct count; for columns of text the 20 most frequent values.
"""
import io
import json
import resource
import sys
import time

import orjson
import pandas as pd


def read_frame(path):
    """The rows of all records: outputs, then inputs."""
    lines = []
    with open(path, "rb") as file:
        for line in file:
            data = orjson.loads(line)["captureData"]
            lines.append(data["endpointOutput"]["data"] + "," + data["endpointInput"]["data"])
    return pd.read_csv(io.StringIO("\n".join(lines)), header=None)


def profile(frame):
    quantiles = [i / 20 for i in range(1, 20)]
    result = {}
    for name, column in frame.items():
        state = {"count": int(column.count()), "missing": int(column.isna().sum())}
        state["distinct"] = int(column.nunique())
        if column.dtype.kind in "if":
            state["quantiles"] = column.quantile(quantiles).tolist()
            for statistic in ("mean", "std", "min", "max"):
                state[statistic] = float(getattr(column, statistic)())
        else:
            state["frequent"] = column.value_counts().head(20).to_dict()
        result[name] = state
    return result


if __name__ == "__main__":
    start = time.perf_counter()
    found = profile(read_frame(sys.argv[1]))
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peakMegabytes": peak, "columns": len(found)}))
