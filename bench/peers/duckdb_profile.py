"""Profiles a capture file with DuckDB on one thread; prints a JSON line: seconds, peak memory.

Yields, for each column: count, missing, mean, standard deviation, minimum, maximum, 19 approximate
quantiles (t-digest) and the approximate distinct count; for columns of text the 20 most frequent
values.
"""
import json
import resource
import sys
import time

import duckdb

OUTPUT = "line->>'$.captureData.endpointOutput.data'"
INPUT = "line->>'$.captureData.endpointInput.data'"
QUANTILES = [i / 20 for i in range(1, 20)]


def lines_of(path):
    """The file as one column of text: a delimiter that never occurs, and no quotes."""
    options = "delim='\x01', quote='', escape='', header=false, auto_detect=false"
    columns = "columns={'line': 'VARCHAR'}, max_line_size=10000000"
    return f"read_csv('{path}', {columns}, {options})"


def profile(path):
    connection = duckdb.connect(config={"threads": 1})
    row = f"SELECT {OUTPUT} || ',' || ({INPUT}) AS cells FROM {lines_of(path)}"
    first = connection.execute(f"{row} LIMIT 1").fetchone()[0].split(",")
    # A text column is one whose first value is no number.
    numeric = [is_number(field) for field in first]
    cells, wanted = [], []
    for i, is_numeric in enumerate(numeric):
        text = f"cells[{i + 1}]"
        cast = f"TRY_CAST({text} AS DOUBLE)" if is_numeric else f"nullif({text}, '')"
        cells.append(f"{cast} AS c{i}")
        wanted += [f"count(c{i})", f"count(*) - count(c{i})", f"approx_count_distinct(c{i})"]
        if is_numeric:
            wanted += [f"{f}(c{i})" for f in ("avg", "stddev_pop", "min", "max")]
            wanted.append(f"approx_quantile(c{i}, {QUANTILES})")
        else:
            wanted.append(f"approx_top_k(c{i}, 20)")
    split = f"SELECT string_split(cells, ',') AS cells FROM ({row})"
    query = f"SELECT {', '.join(wanted)} FROM (SELECT {', '.join(cells)} FROM ({split}))"
    connection.execute(query).fetchall()
    return len(first)


def is_number(text):
    try:
        float(text or "0")
        return True
    except ValueError:
        return False


if __name__ == "__main__":
    start = time.perf_counter()
    columns = profile(sys.argv[1])
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peakMegabytes": peak, "columns": columns}))
