import {
  DeleteAlarmsCommand,
  PutMetricAlarmCommand,
  paginateDescribeAlarms,
} from "@aws-sdk/client-cloudwatch";
import { type Alarm, alarmNamePrefix } from "../alarm/alarms.ts";
import { cloudwatch } from "./metrics.ts";
import { stageText } from "./stage.ts";

/** As many as one DeleteAlarms or DescribeAlarms takes. */
const NAMES_MAX = 100;

/** Makes an endpoint's alarms what they should be: those that are missing, changed or too many. */
export async function replaceAlarms(endpoint: string, alarms: readonly Alarm[]): Promise<void> {
  const topicArn = stageText("alarmsTopicArn");
  for (const alarm of alarms) await putAlarm(alarm, topicArn);
  const wanted = new Set(alarms.map(({ name }) => name));
  const unwanted = (await listAlarms(endpoint)).filter((name) => !wanted.has(name));
  await deleteAlarms(unwanted);
}

/** Those that are not there are deleted already. */
export async function deleteAlarms(names: readonly string[]): Promise<void> {
  for (let start = 0; start < names.length; start += NAMES_MAX) {
    const AlarmNames = names.slice(start, start + NAMES_MAX);
    await cloudwatch().send(new DeleteAlarmsCommand({ AlarmNames }));
  }
}

/** Those of the named alarms that are over: in state OK, or not there any more. */
export async function listEndedAlarms(names: readonly string[]): Promise<string[]> {
  const open = new Set<string>();
  for (let start = 0; start < names.length; start += NAMES_MAX) {
    const AlarmNames = names.slice(start, start + NAMES_MAX);
    const pages = paginateDescribeAlarms({ client: cloudwatch() }, { AlarmNames });
    for await (const { MetricAlarms = [] } of pages) {
      for (const { AlarmName, StateValue } of MetricAlarms) {
        if (StateValue !== "OK") open.add(AlarmName!);
      }
    }
  }
  return names.filter((name) => !open.has(name));
}

/** Names of the alarms of an endpoint. */
async function listAlarms(endpoint: string): Promise<string[]> {
  const AlarmNamePrefix = alarmNamePrefix({ stage: stageText("stage"), endpoint });
  const names: string[] = [];
  const pages = paginateDescribeAlarms({ client: cloudwatch() }, { AlarmNamePrefix });
  for await (const page of pages) {
    names.push(...(page.MetricAlarms ?? []).map(({ AlarmName }) => AlarmName!));
  }
  return names;
}

/** @param topicArn null: whoever looks at the alarm needs no message */
export async function putAlarm(alarm: Alarm, topicArn: string | null): Promise<void> {
  await cloudwatch().send(
    new PutMetricAlarmCommand({
      AlarmName: alarm.name,
      AlarmDescription: alarm.description,
      Namespace: alarm.namespace,
      MetricName: alarm.metricName,
      Dimensions: Object.entries(alarm.dimensions).map(([Name, Value]) => ({ Name, Value })),
      ...(alarm.statistic === "p99"
        ? { ExtendedStatistic: alarm.statistic }
        : { Statistic: alarm.statistic }),
      Period: alarm.periodSeconds,
      EvaluationPeriods: alarm.evaluationPeriods,
      DatapointsToAlarm: alarm.datapointsToAlarm,
      Threshold: alarm.threshold,
      ComparisonOperator: alarm.comparison,
      TreatMissingData: alarm.missingData,
      ActionsEnabled: topicArn !== null,
      ...(topicArn === null ? {} : { AlarmActions: [topicArn], OKActions: [topicArn] }),
    }),
  );
}
