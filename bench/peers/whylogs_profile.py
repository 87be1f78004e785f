"""Profiles a capture file with whylogs; prints one JSON line of seconds and peak memory.

Yields whylogs' own profile of each column: count, missing, types, mean, standard deviation,
minimum, maximum, a KLL sketch of the quantiles, HyperLogLog, and frequent items of texts.
"""
import json
import resource
import sys
import time

import whylogs

from pandas_profile import read_frame

if __name__ == "__main__":
    start = time.perf_counter()
    frame = read_frame(sys.argv[1])
    frame.columns = [str(name) for name in frame.columns]
    view = whylogs.log(pandas=frame).view()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    columns = len(view.get_columns())
    print(json.dumps({"seconds": seconds, "peakMegabytes": peak, "columns": columns}))
