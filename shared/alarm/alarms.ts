import type { CheckName } from "../contracts/check-name.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import { periodsOf } from "../window/plan.ts";
import { HOUR_MILLIS } from "../window/window.ts";
import { REJECTED_LABELS, silentAfter, silentMillis } from "./gauges.ts";
import { NAMESPACE } from "./metric.ts";
import { RECEIVED_HOURS } from "./received-labels.ts";

/** Periods in a row that may end without a verdict. */
const INCONCLUSIVE_PERIODS = 3;

/** What is wrong when an alarm of an endpoint is raised. */
const ALARM_KINDS = [
  "data-quality",
  "not-run",
  "model-quality",
  "model-quality-not-run",
  "inconclusive",
  "nothing-captured",
  "rejected-labels",
  "server-errors",
  "latency",
] as const;

export type AlarmKind = (typeof ALARM_KINDS)[number];

/** One alarm, in CloudWatch's terms. */
export interface Alarm {
  readonly name: string;
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Average" | "Maximum" | "p99";
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly comparison: "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  readonly missingData: "breaching" | "notBreaching" | "ignore";
}

/** Of an endpoint's alarm: neither a stage nor an endpoint can hold the dot that parts them. */
export interface AlarmName {
  readonly stage: string;
  readonly endpoint: string;
  readonly kind: AlarmKind;
  readonly variant?: string;
}

export function alarmName({ kind, variant, ...owner }: AlarmName): string {
  return `${alarmNamePrefix(owner)}${kind}${variant ? `.${variant}` : ""}`;
}

/** What the names of an endpoint's alarms begin with; the dot keeps those of `churn-eu` from `churn`. */
export function alarmNamePrefix({
  stage,
  endpoint,
}: Pick<AlarmName, "stage" | "endpoint">): string {
  return `plumbline-${stage}.${endpoint}.`;
}

/** The inverse of {@link alarmName}; null for an alarm that is no endpoint's. */
export function parseAlarmName(name: string): AlarmName | null {
  const [prefix, endpoint, kind, variant, ...rest] = name.split(".");
  const known = ALARM_KINDS.find((candidate) => candidate === kind);
  if (!prefix?.startsWith("plumbline-") || !endpoint || !known || rest.length > 0) return null;
  const stage = prefix.slice("plumbline-".length);
  return { stage, endpoint, kind: known, ...(variant ? { variant } : {}) };
}

export interface AlarmInput {
  readonly stage: string;
  readonly definition: MonitorDefinition;
  /** The endpoint's production variants; its own metrics are put by variant. */
  readonly variants: readonly string[];
  readonly watermarkMillis: number;
}

/** Every alarm that a definition asks for. */
export function alarmsOf(input: AlarmInput): Alarm[] {
  return [
    ...periodsOf(input.definition).flatMap(({ check, millis }) => [
      violatedAlarm(input, check),
      notRunAlarm(input, check, millis),
      // Labels take weeks: until they have come, saying nothing is no fault.
      ...(check === "data-quality" ? [inconclusiveAlarm(input, check, millis)] : []),
    ]),
    nothingCapturedAlarm(input),
    ...(input.definition.checks.modelQuality === undefined ? [] : [rejectedLabelsAlarm(input)]),
    ...input.variants.flatMap((variant) => [
      serverErrorsAlarm(input, variant),
      latencyAlarm(input, variant),
    ]),
  ];
}

function violatedAlarm({ stage, definition: { endpoint } }: AlarmInput, check: CheckName): Alarm {
  return {
    name: alarmName({ stage, endpoint, kind: check }),
    description: `${endpoint}: the newest conclusive ${check} result violates the baseline.`,
    namespace: NAMESPACE,
    metricName: "Violated",
    dimensions: { Endpoint: endpoint, Check: check },
    ...oneOf(60),
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    threshold: 0,
    // Between two results nothing is known to have changed.
    missingData: "ignore",
  };
}

const NOT_RUN = {
  "data-quality": "not-run",
  "model-quality": "model-quality-not-run",
} as const satisfies Record<CheckName, AlarmKind>;

function notRunAlarm(
  { stage, definition: { endpoint }, watermarkMillis }: AlarmInput,
  check: CheckName,
  everyMillis: number,
): Alarm {
  // A result is due one period and the watermark after the last; the plan is hourly, and has a second try.
  const thresholdSeconds = (everyMillis + watermarkMillis + 2 * HOUR_MILLIS) / 1000;
  const hours = (thresholdSeconds / 3600).toFixed(1);
  return {
    name: alarmName({ stage, endpoint, kind: NOT_RUN[check] }),
    description: `${endpoint}: no ${check} result for more than ${hours} hours.`,
    namespace: NAMESPACE,
    metricName: "ResultAgeSeconds",
    dimensions: { Endpoint: endpoint, Check: check },
    ...hourlyGauge,
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    threshold: thresholdSeconds,
    missingData: "breaching",
  };
}

/** Results that never say anything must not read as fine: without a baseline, say, each is the same. */
function inconclusiveAlarm(
  { stage, definition, watermarkMillis }: AlarmInput,
  check: string,
  everyMillis: number,
): Alarm {
  const { endpoint } = definition;
  // What is too little for one period, as at night, may be enough for the next.
  const quietMillis = Math.max(INCONCLUSIVE_PERIODS * everyMillis, silentMillis(definition));
  const thresholdSeconds = (quietMillis + watermarkMillis + 2 * HOUR_MILLIS) / 1000;
  const hours = (thresholdSeconds / 3600).toFixed(1);
  return {
    name: alarmName({ stage, endpoint, kind: "inconclusive" }),
    description: `${endpoint}: no ${check} result has said anything for more than ${hours} hours.`,
    namespace: NAMESPACE,
    metricName: "ConclusiveAgeSeconds",
    dimensions: { Endpoint: endpoint, Check: check },
    ...hourlyGauge,
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    threshold: thresholdSeconds,
    // That nothing runs at all is told by another alarm.
    missingData: "notBreaching",
  };
}

function nothingCapturedAlarm({ stage, definition }: AlarmInput): Alarm {
  const { endpoint } = definition;
  return {
    name: alarmName({ stage, endpoint, kind: "nothing-captured" }),
    description: `${endpoint}: nothing was captured for ${silentAfter(definition)}.`,
    namespace: NAMESPACE,
    metricName: "CapturedRecordCount",
    dimensions: { Endpoint: endpoint },
    ...hourlyGauge,
    statistic: "Maximum",
    comparison: "LessThanThreshold",
    threshold: 1,
    missingData: "breaching",
  };
}

function rejectedLabelsAlarm({ stage, definition }: AlarmInput): Alarm {
  const { endpoint, alarms } = definition;
  const share = `${alarms.rejectedLabelPercent} %`;
  return {
    name: alarmName({ stage, endpoint, kind: "rejected-labels" }),
    description: `${endpoint}: more than ${share} of the labels of ${RECEIVED_HOURS} hours were rejected.`,
    namespace: NAMESPACE,
    metricName: REJECTED_LABELS,
    dimensions: { Endpoint: endpoint },
    ...hourlyGauge,
    // Either of the two hours: the plan of one may come late.
    datapointsToAlarm: 1,
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    threshold: alarms.rejectedLabelPercent / 100,
    missingData: "notBreaching",
  };
}

function serverErrorsAlarm({ stage, definition }: AlarmInput, variant: string): Alarm {
  const { endpoint, alarms } = definition;
  return {
    name: alarmName({ stage, endpoint, kind: "server-errors", variant }),
    description: `${endpoint}/${variant}: more than ${alarms.serverErrorPercent} % of requests fail.`,
    namespace: "AWS/SageMaker",
    metricName: "Invocation5XXErrors",
    dimensions: { EndpointName: endpoint, VariantName: variant },
    ...threeOfFiveMinutes,
    // Each request counts 0 or 1, so the average is the fraction that failed.
    statistic: "Average",
    comparison: "GreaterThanThreshold",
    threshold: alarms.serverErrorPercent / 100,
    missingData: "notBreaching",
  };
}

function latencyAlarm({ stage, definition }: AlarmInput, variant: string): Alarm {
  const { endpoint, alarms } = definition;
  return {
    name: alarmName({ stage, endpoint, kind: "latency", variant }),
    description: `${endpoint}/${variant}: the p99 of ModelLatency is above ${alarms.latencyMillis} ms.`,
    namespace: "AWS/SageMaker",
    metricName: "ModelLatency",
    dimensions: { EndpointName: endpoint, VariantName: variant },
    ...threeOfFiveMinutes,
    statistic: "p99",
    comparison: "GreaterThanThreshold",
    // SageMaker puts ModelLatency in microseconds.
    threshold: alarms.latencyMillis * 1000,
    missingData: "notBreaching",
  };
}

function oneOf(periodSeconds: number) {
  return { periodSeconds, evaluationPeriods: 1, datapointsToAlarm: 1 };
}

/** Two hours, because an hourly point that comes seconds late must not read as silence. */
const hourlyGauge = { periodSeconds: 3600, evaluationPeriods: 2, datapointsToAlarm: 2 };

const threeOfFiveMinutes = { periodSeconds: 60, evaluationPeriods: 5, datapointsToAlarm: 3 };
