import { GetMetricDataCommand, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { TrafficCounts } from "../../canary/evidence.ts";
import type { Window } from "../../window/window.ts";
import { cloudwatch } from "../metrics.ts";

export interface TrafficAsked {
  readonly endpoint: string;
  readonly variant: string;
  /** Of whole minutes. */
  readonly window: Window;
  /** Requests slower than this count as slow; null when nothing is to be told of latency. */
  readonly slowMillis: number | null;
}

/** Bad requests reach both variants alike: if one answers more of them with 4XX, that is its model. */
const ERRORS = ["Invocation4XXErrors", "Invocation5XXErrors"] as const;

/** What SageMaker counted of a variant's requests. */
export async function readTraffic(asked: TrafficAsked): Promise<TrafficCounts> {
  const sums = await readSums(asked.window, queriesOf(asked));
  const sum = (id: string) => sums.get(id) ?? 0;
  const requestCount = sum("requests");
  const timedCount = sum("timed");
  // Metrics of one moment come by different ways, and may be a little apart.
  return {
    requestCount,
    errorCount: Math.min(requestCount, sum("error0") + sum("error1")),
    timedCount,
    slowCount: Math.min(timedCount, sum("slow")),
  };
}

/** The model latency that a fraction of a variant's requests stayed below; null when there were none. */
export async function readLatencyMillis(
  of: { readonly endpoint: string; readonly variant: string },
  fraction: number,
  window: Window,
): Promise<number | null> {
  const periodSeconds = (window.toMillis - window.fromMillis) / 1000;
  const stat = `p${fraction * 100}`;
  const query = statistic(of, { id: "latency", metric: "ModelLatency", stat, periodSeconds });
  const series = await readSeries(window, [query]);
  const values = series.get("latency") ?? [];
  // The window may lie across two periods.
  return values.length === 0 ? null : Math.max(...values) / 1000;
}

const MINUTE_SECONDS = 60;

function queriesOf({ endpoint, variant, slowMillis }: TrafficAsked): MetricDataQuery[] {
  const query = (id: string, metric: string, stat: string) =>
    statistic({ endpoint, variant }, { id, metric, stat, periodSeconds: MINUTE_SECONDS });
  const counts = [
    query("requests", "Invocations", "Sum"),
    ...ERRORS.map((metric, index) => query(`error${index}`, metric, "Sum")),
  ];
  if (slowMillis === null) return counts;
  return [
    ...counts,
    query("timed", "ModelLatency", "SampleCount"),
    // In microseconds; a trimmed count is of the values above its lower bound.
    query("slow", "ModelLatency", `TC(${Math.round(slowMillis * 1000)}:)`),
  ];
}

interface Statistic {
  readonly id: string;
  readonly metric: string;
  readonly stat: string;
  readonly periodSeconds: number;
}

function statistic(
  { endpoint, variant }: { readonly endpoint: string; readonly variant: string },
  { id, metric, stat, periodSeconds }: Statistic,
): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: "AWS/SageMaker",
        MetricName: metric,
        Dimensions: [
          { Name: "EndpointName", Value: endpoint },
          { Name: "VariantName", Value: variant },
        ],
      },
      Period: periodSeconds,
      Stat: stat,
    },
  };
}

/** The sum of each query's values. */
async function readSums(window: Window, queries: MetricDataQuery[]): Promise<Map<string, number>> {
  const series = await readSeries(window, queries);
  return new Map(
    [...series].map(([id, values]) => [id, values.reduce((sum, value) => sum + value, 0)]),
  );
}

/** Each query's values; long answers come in pages. */
async function readSeries(
  { fromMillis, toMillis }: Window,
  queries: MetricDataQuery[],
): Promise<Map<string, number[]>> {
  const series = new Map<string, number[]>();
  let NextToken: string | undefined;
  do {
    const page = await cloudwatch().send(
      new GetMetricDataCommand({
        StartTime: new Date(fromMillis),
        EndTime: new Date(toMillis),
        MetricDataQueries: queries,
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    for (const { Id = "", Values = [] } of page.MetricDataResults ?? []) {
      series.set(Id, [...(series.get(Id) ?? []), ...Values]);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return series;
}
