"""Writes the Parquet samples: one table in the compressions that are common, and a nested one."""

from datetime import datetime, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

here = Path(__file__).parent

table = pa.table(
    {
        "score": pa.array([0.25, 1.0, None, -3e-7, float("nan")], pa.float64()),
        "ratio": pa.array([0.1, 2.0, 16777216.0, None, 0.3333333], pa.float32()),
        "calls": pa.array([1, 2, None, 9007199254740993, -5], pa.int64()),
        "small": pa.array([1, 2, 3, 4, 5], pa.int8()),
        "state": pa.array(["WV", "", None, 'a,"b"', "é"], pa.string()),
        "churned": pa.array([True, False, None, True, False], pa.bool_()),
        "seen": pa.array([datetime(2026, 1, 15, 10, 0, tzinfo=timezone.utc)] * 5, pa.timestamp("ms", tz="UTC")),
        "nothing": pa.array([None] * 5, pa.string()),
    }
)

for compression in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
    pq.write_table(table, here / f"table-{compression}.parquet", compression=compression, row_group_size=2)

pq.write_table(pa.table({"id": [1], "tags": [["a", "b"]]}), here / "nested.parquet")
print(f"pyarrow {pa.__version__}")
