"""Writes labels as a warehouse would unload them: typed columns, several row groups, zstd."""

from datetime import datetime, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

here = Path(__file__).parent

labels = pa.table(
    {
        "inferenceId": pa.array([f"order-{n}" for n in range(7)] + [None], pa.string()),
        "label": pa.array([1, 0, 1, 1, None, 0, 1, 1], pa.int64()),
        "labelTime": pa.array(
            [datetime(2026, 1, 15, 9, n, tzinfo=timezone.utc) for n in range(6)] + [None, None],
            pa.timestamp("us", tz="UTC"),
        ),
    }
)
pq.write_table(labels, here / "labels.parquet", compression="zstd", row_group_size=3)

prices = pa.table({"eventId": ["a", "b"], "label": pa.array([0.1, 250000.0], pa.float64())})
pq.write_table(prices, here / "prices.parquet", compression="snappy")

pq.write_table(pa.table({"id": ["a"], "label": [1]}), here / "no-id.parquet")
print(f"pyarrow {pa.__version__}")
