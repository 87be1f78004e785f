import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { DescribeEndpointCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListStateMachinesCommand,
  SFNClient,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { decideApproval } from "../../shared/aws/approvals/decide-approval.ts";
import { callFunction } from "../../shared/aws/functions.ts";
import { readAudit } from "../../shared/aws/self-healing/audit.ts";
import { readLock } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { listPending } from "../../shared/aws/self-healing/pending-tasks.ts";
import { findRun, listUnendedRuns, readRun } from "../../shared/aws/self-healing/runs.ts";
import type { PendingKind } from "../../shared/contracts/self-healing/pending-task.ts";
import { eventually, type HealingStage, sendTraffic } from "./self-healing-stage.ts";

/** How a run ended, and what it left behind. */
export interface RunStory {
  readonly outcome: string;
  readonly reason: string;
  /** Step and decision, in the order of the audit. */
  readonly decisions: readonly string[];
  readonly execution: string;
  /** Whether the endpoint's only variant serves what it did before, or another model. */
  readonly serves: "champion" | "challenger" | "several variants";
  readonly captures: boolean;
  /** Locks, tasks and lists that still name the run. */
  readonly left: readonly string[];
}

export async function runEnd(run: string): Promise<RunStory> {
  const record = await eventually(`end of ${run}`, async () => {
    const found = await findRun(run);
    const isListed = (await listUnendedRuns()).some((unended) => unended.run === run);
    return found?.ended === undefined || isListed ? null : found;
  });
  const { endpoint, executionArn, champion } = record;
  const decisions = (await readAudit(run)).map(({ step, decision }) => `${step}: ${decision}`);
  const execution = await eventually(`end of ${executionArn}`, async () => {
    const command = new DescribeExecutionCommand({ executionArn });
    const { status } = await new SFNClient({}).send(command);
    return status === "RUNNING" ? null : status;
  });
  const served = await settledEndpoint(endpoint);
  const variants = served.ProductionVariants ?? [];
  // Of a guarded update the variant keeps its name.
  const isChampion = served.EndpointConfigName === champion.endpointConfigName;
  const lock = await readLock(endpoint);
  const tasks = (await listPending()).filter((task) => task.run === run);
  return {
    ...{ outcome: record.ended!.outcome, reason: record.ended!.reason, decisions },
    execution,
    serves: variants.length > 1 ? "several variants" : isChampion ? "champion" : "challenger",
    captures: served.DataCaptureConfig?.CaptureStatus === "Started",
    left: [
      ...(lock?.run === run ? [`lock of ${endpoint}`] : []),
      ...tasks.map(({ kind, name }) => `task ${kind} ${name}`),
    ],
  };
}

async function settledEndpoint(name: string) {
  return await eventually(`settled ${name}`, async () => {
    const command = new DescribeEndpointCommand({ EndpointName: name });
    const described = await new SageMakerClient({}).send(command);
    return ["InService", "Failed"].includes(described.EndpointStatus!) ? described : null;
  });
}

/** The task of a kind that a run waits with. */
export async function waitsFor(run: string, kind: PendingKind) {
  return await eventually(`${kind} of ${run}`, async () =>
    (await listPending()).find((task) => task.run === run && task.kind === kind),
  );
}

/** A person's answer to a run's question, once it is asked. */
export async function answer(run: string, state: "approved" | "rejected"): Promise<void> {
  const { name } = await waitsFor(run, "approval");
  const at = new Date().toISOString();
  await decideApproval(name, { state, at, by: "ana", through: "command-line" });
}

export interface BakedStep {
  readonly action?: "bake" | "bake-shadow";
  readonly step?: number;
  readonly requestCount?: number;
}

/** What customers send while a step bakes, and then the alarm that has the judge look, minutes later. */
export async function bakeStep(
  stage: HealingStage,
  run: string,
  { action = "bake", step = 0, requestCount = 500 }: BakedStep = {},
): Promise<void> {
  const { endpoint } = await eventually(`${action} ${step} of ${run}`, async () =>
    (await listPending()).find(
      (task) => task.run === run && task.action === action && task.step === step,
    ),
  );
  await sendTraffic(stage, endpoint, requestCount);
  const { candidate } = await readRun(run);
  const time = new Date(Date.now() + (step + 1) * 600_000).toISOString();
  const message = {
    AlarmName: `plumbline-local.${endpoint}.latency.${candidate?.variant}`,
    ...{ NewStateValue: "ALARM", NewStateReason: "story", StateChangeTime: time },
  };
  const Sns = { Timestamp: time, Message: JSON.stringify(message) };
  await callFunction("local", "judge-canary", { Records: [{ Sns }] });
}

/** An alarm that tells the stage's topic, and goes off. */
export async function raiseAlarm(AlarmName: string): Promise<void> {
  const cloudwatch = new CloudWatchClient({});
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      AlarmActions: ["arn:aws:sns:us-east-1:000000000000:plumbline-local-alarms"],
      ...{ Namespace: "Plumbline", MetricName: "Violated", Statistic: "Maximum", Period: 60 },
      ...{ EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: "GreaterThanThreshold" },
      TreatMissingData: "ignore",
    }),
  );
  const state = { AlarmName, StateValue: "ALARM", StateReason: "story" } as const;
  await cloudwatch.send(new SetAlarmStateCommand(state));
}

/** Lets some states of runs that start meanwhile wait for so many seconds only. */
export async function withTimeouts(
  seconds: Readonly<Record<string, number>>,
  work: () => Promise<void>,
): Promise<void> {
  const client = new SFNClient({});
  const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
  const stateMachineArn = stateMachines?.find(
    ({ name }) => name === "plumbline-local-self-healing",
  )?.stateMachineArn;
  const { definition } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const machine = JSON.parse(definition!);
  for (const [state, TimeoutSeconds] of Object.entries(seconds)) {
    machine.States[state] = { ...machine.States[state], TimeoutSeconds };
  }
  const update = (text: string | undefined) =>
    client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: text }));
  await update(JSON.stringify(machine));
  try {
    await work();
  } finally {
    await update(definition);
  }
}
