"""MiniStack with alarms that look at the metric of their own dimensions alone, as those of AWS do.

MiniStack takes every metric of the alarm's name: one endpoint's violation would alarm all others.
"""

import sys
import types

from ministack.app import main
from ministack.services import cloudwatch

evaluate = cloudwatch._evaluate_alarm


def evaluate_own_metric(alarm):
    dimensions = cloudwatch._dims_from_list(alarm.get("Dimensions") or [])
    key = cloudwatch._dims_key(dimensions)
    own = {name: points for name, points in cloudwatch._metrics.items() if name[2] == key}
    # The same function, which sees these metrics where it would see all.
    seen = {**vars(cloudwatch), "_metrics": own}
    return types.FunctionType(evaluate.__code__, seen)(alarm)


cloudwatch._evaluate_alarm = evaluate_own_metric
sys.exit(main())
