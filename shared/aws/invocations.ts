import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import type { Window } from "../window/window.ts";
import { cloudwatch } from "./metrics.ts";

/** CloudWatch keeps points of an hour for over a year; five weeks of them are one answer. */
const PERIOD_SECONDS = 3600;

/** How often the variants were invoked in a window, as SageMaker counted; null when it says nothing. */
export async function readInvocationCount(
  endpoint: string,
  variants: readonly string[],
  window: Window,
): Promise<number | null> {
  const answers = await Promise.all(
    variants.map((variant) =>
      cloudwatch().send(
        new GetMetricStatisticsCommand({
          Namespace: "AWS/SageMaker",
          MetricName: "Invocations",
          Dimensions: [
            { Name: "EndpointName", Value: endpoint },
            { Name: "VariantName", Value: variant },
          ],
          StartTime: new Date(window.fromMillis),
          EndTime: new Date(window.toMillis),
          Period: PERIOD_SECONDS,
          Statistics: ["Sum"],
        }),
      ),
    ),
  );
  const sums = answers.flatMap(({ Datapoints = [] }) => Datapoints.map(({ Sum = 0 }) => Sum));
  return sums.length === 0 ? null : sums.reduce((total, sum) => total + sum, 0);
}
