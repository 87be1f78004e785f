"""MiniStack with two things of CloudWatch that it lacks.

Alarms look at the metric of their own dimensions alone: MiniStack takes every metric of the alarm's name,
so that one endpoint's violation would alarm all others.

The statistic TC(low:high), trimmed count: how many values lie above low and up to high. MiniStack would
answer with the average.
"""

import re
import sys
import types

from ministack.app import main
from ministack.services import cloudwatch

evaluate = cloudwatch._evaluate_alarm
stat_value = cloudwatch._stat_value


def evaluate_own_metric(alarm):
    dimensions = cloudwatch._dims_from_list(alarm.get("Dimensions") or [])
    key = cloudwatch._dims_key(dimensions)
    own = {name: points for name, points in cloudwatch._metrics.items() if name[2] == key}
    # The same function, which sees these metrics where it would see all.
    seen = {**vars(cloudwatch), "_metrics": own}
    return types.FunctionType(evaluate.__code__, seen)(alarm)


def stat_value_or_trimmed_count(stats, name, points=None):
    bounds = re.fullmatch(r"TC\(([\d.]*):([\d.]*)\)", name or "")
    if bounds is None:
        return stat_value(stats, name, points)
    low, high = bounds.groups()
    # As for percentiles, there is none of statistic sets, whose values are not known.
    samples = cloudwatch._percentile_samples(points or [])
    if samples is None:
        return None
    return sum(
        count
        for value, count in samples
        if (low == "" or value > float(low)) and (high == "" or value <= float(high))
    )


cloudwatch._evaluate_alarm = evaluate_own_metric
cloudwatch._stat_value = stat_value_or_trimmed_count
sys.exit(main())
