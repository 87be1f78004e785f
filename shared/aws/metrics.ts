import {
  CloudWatchClient,
  type MetricDatum,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { isPuttable, type Metric, NAMESPACE } from "../alarm/metric.ts";

/** As many as one PutMetricData takes. */
const BATCH_SIZE = 1000;

let client: CloudWatchClient | undefined;

export function cloudwatch(): CloudWatchClient {
  client ??= new CloudWatchClient({});
  return client;
}

/**
 * Puts metrics at the present time, whatever window they are about: alarms look at nothing older, and
 * CloudWatch refuses what is older than two weeks.
 */
export async function putMetrics(metrics: readonly Metric[]): Promise<void> {
  const data = metrics.filter(isPuttable).map(datumOf);
  for (let start = 0; start < data.length; start += BATCH_SIZE) {
    await cloudwatch().send(
      new PutMetricDataCommand({
        Namespace: NAMESPACE,
        MetricData: data.slice(start, start + BATCH_SIZE),
      }),
    );
  }
}

function datumOf({ name, dimensions, unit, value }: Metric): MetricDatum {
  const datum = {
    MetricName: name,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    Unit: unit,
  };
  if (typeof value === "number") return { ...datum, Value: value };
  return {
    ...datum,
    StatisticValues: {
      SampleCount: value.sampleCount,
      Sum: value.sum,
      Minimum: value.minimum,
      Maximum: value.maximum,
    },
  };
}
