"""MiniStack with two things of CloudWatch that it lacks, and one of Step Functions.

Alarms look at the metric of their own dimensions alone: MiniStack takes every metric of the alarm's name,
so that one endpoint's violation would alarm all others.

The statistic TC(low:high), trimmed count: how many values lie above low and up to high. MiniStack would
answer with the average.

A function that throws in a state that waits for a task token fails the state, which is then tried again or
caught: MiniStack would wait for the token until the state times out.
"""

import re
import sys
import types

from ministack.app import main
from ministack.services import cloudwatch, stepfunctions

evaluate = cloudwatch._evaluate_alarm
stat_value = cloudwatch._stat_value
invoke_with_callback = stepfunctions._invoke_with_callback
call_lambda = stepfunctions._call_lambda


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


def invoke_with_callback_or_fail(resource, input_data, token, state_def):
    def call(function, event):
        try:
            return call_lambda(function, event)
        except stepfunctions._ExecutionError as error:
            waiting = stepfunctions._task_tokens[token]
            waiting["error"] = {"Error": error.error, "Cause": error.cause}
            waiting["event"].set()
            raise

    seen = {**vars(stepfunctions), "_call_lambda": call}
    function = types.FunctionType(invoke_with_callback.__code__, seen)
    return function(resource, input_data, token, state_def)


cloudwatch._evaluate_alarm = evaluate_own_metric
cloudwatch._stat_value = stat_value_or_trimmed_count
stepfunctions._invoke_with_callback = invoke_with_callback_or_fail
sys.exit(main())
