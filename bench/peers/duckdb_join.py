"""Joins labels with captures in DuckDB on one thread; prints a JSON line: seconds, peak memory."""
import json
import resource
import sys
import time

import duckdb

CAPTURES = """read_ndjson('{}', columns={{
    'captureData': 'STRUCT(endpointOutput STRUCT(data VARCHAR))',
    'eventMetadata': 'STRUCT(eventId VARCHAR, inferenceId VARCHAR)'}})"""
LABELS = """read_ndjson('{}', columns={{
    'groundTruthData': 'STRUCT(data VARCHAR)', 'eventMetadata': 'STRUCT(eventId VARCHAR)'}})"""
QUERY = """
SELECT count(*), count(*) FILTER (
    (capture.captureData.endpointOutput.data::DOUBLE > 0.5)
    = (label.groundTruthData.data::DOUBLE = 1))
FROM {} capture JOIN {} label
ON coalesce(capture.eventMetadata.inferenceId, capture.eventMetadata.eventId)
    = label.eventMetadata.eventId"""

captures, labels = sys.argv[1:3]
start = time.perf_counter()
connection = duckdb.connect(config={"threads": 1})
query = QUERY.format(CAPTURES.format(captures), LABELS.format(labels))
pairs, right = connection.execute(query).fetchone()
seconds = time.perf_counter() - start
usage = resource.getrusage(resource.RUSAGE_SELF)
cpu_seconds = usage.ru_utime + usage.ru_stime
figures = {"seconds": seconds, "cpuSeconds": cpu_seconds, "peakMegabytes": usage.ru_maxrss / 1024}
print(json.dumps({**figures, "pairs": pairs, "right": right}))
