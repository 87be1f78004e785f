import {
  type CloudWatchClient,
  type MetricDatum,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";

const MINUTE_MILLIS = 60_000;
const DATA_PER_CALL_MAX = 1000;
/** CloudWatch takes at most this many different values in one datum. */
const VALUES_PER_DATUM_MAX = 150;

export interface InvocationMeasure {
  readonly endpoint: string;
  readonly variant: string;
  /** Only of the new fleet of a guarded update, whose metrics are told apart by it. */
  readonly endpointConfig?: string;
  readonly millis: number;
  readonly httpStatus: number;
  readonly modelLatencyMicros: number;
  readonly overheadLatencyMicros: number;
}

interface Minute {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly millis: number;
  readonly measures: InvocationMeasure[];
}

/** The endpoint's own metrics in AWS/SageMaker, put once a minute by variant. */
export class EndpointMetrics {
  readonly #cloudWatch: CloudWatchClient;
  #pending = new Map<string, Minute>();

  constructor(cloudWatch: CloudWatchClient) {
    this.#cloudWatch = cloudWatch;
  }

  add(measure: InvocationMeasure): void {
    const { endpoint, variant, endpointConfig } = measure;
    const dimensions = { EndpointName: endpoint, VariantName: variant };
    this.#hold(dimensions, measure);
    if (endpointConfig === undefined) return;
    this.#hold({ ...dimensions, EndpointConfigName: endpointConfig }, measure);
  }

  #hold(dimensions: Minute["dimensions"], measure: InvocationMeasure): void {
    const millis = Math.floor(measure.millis / MINUTE_MILLIS) * MINUTE_MILLIS;
    const key = JSON.stringify([dimensions, millis]);
    const minute = this.#pending.get(key) ?? { dimensions, millis, measures: [] };
    minute.measures.push(measure);
    this.#pending.set(key, minute);
  }

  /** Puts everything held; on failure it is held for the next time. */
  async flush(): Promise<{ datumCount: number }> {
    const pending = this.#pending;
    this.#pending = new Map();
    const data = [...pending.values()].flatMap(dataOf);
    try {
      for (let start = 0; start < data.length; start += DATA_PER_CALL_MAX) {
        const MetricData = data.slice(start, start + DATA_PER_CALL_MAX);
        await this.#cloudWatch.send(
          new PutMetricDataCommand({ Namespace: "AWS/SageMaker", MetricData }),
        );
      }
    } catch (error) {
      for (const { dimensions, measures } of pending.values()) {
        for (const measure of measures) this.#hold(dimensions, measure);
      }
      throw error;
    }
    return { datumCount: data.length };
  }
}

function dataOf({ dimensions, millis, measures }: Minute): MetricDatum[] {
  const base = {
    Timestamp: new Date(millis),
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  };
  const counted = (MetricName: string, counts: (status: number) => boolean): MetricDatum => ({
    ...base,
    MetricName,
    Unit: "None",
    // 0 or 1 a request: the sum is their number, the average their share, as on SageMaker.
    ...distribution(measures.map(({ httpStatus }) => (counts(httpStatus) ? 1 : 0))),
  });
  const latency = (MetricName: string, micros: readonly number[]): MetricDatum[] =>
    chunks(distribution(micros)).map((chunk) => ({
      ...base,
      MetricName,
      Unit: "Microseconds",
      ...chunk,
    }));
  return [
    counted("Invocations", () => true),
    counted("Invocation4XXErrors", (status) => status >= 400 && status < 500),
    counted("Invocation5XXErrors", (status) => status >= 500),
    counted("InvocationModelErrors", (status) => status >= 400),
    ...latency(
      "ModelLatency",
      measures.map((measure) => measure.modelLatencyMicros),
    ),
    ...latency(
      "OverheadLatency",
      measures.map((measure) => measure.overheadLatencyMicros),
    ),
  ];
}

interface Distribution {
  readonly Values: number[];
  readonly Counts: number[];
}

function distribution(samples: readonly number[]): Distribution {
  const counts = new Map<number, number>();
  for (const sample of samples) counts.set(sample, (counts.get(sample) ?? 0) + 1);
  return { Values: [...counts.keys()], Counts: [...counts.values()] };
}

function chunks({ Values, Counts }: Distribution): Distribution[] {
  const result: Distribution[] = [];
  for (let start = 0; start < Values.length; start += VALUES_PER_DATUM_MAX) {
    const end = start + VALUES_PER_DATUM_MAX;
    result.push({ Values: Values.slice(start, end), Counts: Counts.slice(start, end) });
  }
  return result;
}
