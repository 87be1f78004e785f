import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { callFunction } from "../../../shared/aws/functions.ts";
import { listRuns } from "../../../shared/aws/self-healing/runs.ts";
import { checkLabelledHours, type QualityReading } from "../labels-to-quality.ts";
import { scheduledEvent } from "../plan-at.ts";
import type { Scene } from "../scene.ts";
import { openPatient, sendHours } from "./patient.ts";

/** What the story found. */
export interface Health {
  readonly endpoint: string;
  readonly hours: readonly QualityReading[];
  /** Names of the endpoint's alarms that ring, and how many there are. */
  readonly ringing: readonly string[];
  readonly alarmCount: number;
  readonly runCount: number;
}

/** Customers stay as they were: nothing rings, and nothing is retrained. */
export async function tellHealth(scene: Scene): Promise<Health> {
  const patient = await openPatient(scene);
  const { endpoint } = patient;
  const sent = await sendHours(patient, [false, false]);
  const hours = await checkLabelledHours(scene, { endpoint, hours: sent });
  scene.narrator.step("The hourly decision whether to retrain");
  await callFunction("local", "decide-retraining", scheduledEvent(new Date().toISOString()));
  const { region, endpointUrl } = scene.account;
  const cloudwatch = new CloudWatchClient({ region, endpoint: endpointUrl });
  const { MetricAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: `plumbline-local.${endpoint}.` }),
  );
  const ringing = MetricAlarms.filter(({ StateValue }) => StateValue === "ALARM");
  return {
    ...{ endpoint, hours },
    ringing: ringing.map(({ AlarmName }) => AlarmName!),
    alarmCount: MetricAlarms.length,
    runCount: (await listRuns(endpoint, "")).length,
  };
}
