import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SageMakerClient, UpdateModelPackageCommand } from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { readAllRows } from "../../local/churn/churn-rows.ts";
import { churnGenerator } from "../../local/churn/generate-rows.ts";
import { listRollBacks } from "../../shared/aws/canary/roll-back-requests.ts";
import { callFunction } from "../../shared/aws/functions.ts";
import { readLock } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { describeExecution } from "../../shared/aws/self-healing/executions.ts";
import { listPending } from "../../shared/aws/self-healing/pending-tasks.ts";
import { findRun, listUnendedRuns, readRun } from "../../shared/aws/self-healing/runs.ts";
import type { PendingTask } from "../../shared/contracts/self-healing/pending-task.ts";
import { incidentId, runId } from "../../shared/retrain/run-id.ts";
import type { CrashPoint, RecordedCall } from "./points.ts";
import { type Patient, plan, type Ward, watch } from "./ward.ts";

const POLL_MILLIS = 100;
/** Nothing happens for so long: what was lost is not coming by itself, and the sweep has its turn. */
const IDLE_MILLIS = 1_500;
const GIVE_UP_MILLIS = 120_000;
/** A sweep that comes every 5 minutes comes at last when nothing can be on its way any more. */
const LATE_SWEEP_MINUTES = 15;
const EARLY_SWEEPS = 3;
const REQUESTS = 24;
/** A call that is refused is refused as often as Step Functions tries a task, and once more. */
const REFUSALS = 8;

export interface FollowedRun {
  readonly run: string;
  readonly calls: readonly RecordedCall[];
  /** Whether the planned fault came about. */
  readonly struck: boolean;
  readonly sweepCount: number;
  readonly ended: boolean;
}

/** Starts a run on an endpoint, lets its crash point strike, and sees to what the world does around it. */
export async function followRun(
  ward: Ward,
  patient: Patient,
  { request, point }: { readonly request: string; readonly point: CrashPoint | null },
): Promise<FollowedRun> {
  const { endpoint } = patient;
  const run = runId(endpoint, incidentId(endpoint, "requested", request), 1);
  const followed = new Follower(ward, patient, run, point);
  await watch(ward.folder, endpoint, point);
  const by = "arn:aws:iam::000000000000:user/ana";
  const asked = { endpoint, time: new Date().toISOString(), request: { id: request, by } };
  // Whoever asked and got no answer asks again.
  await followed.redeliver("decide-retraining", asked);
  const ended = await followed.toItsEnd();
  const calls = await followed.calls();
  const struck = calls.some(({ fault }) => fault !== undefined);
  return { run, calls, struck, sweepCount: followed.sweepCount, ended };
}

class Follower {
  sweepCount = 0;
  #seen = "";
  #seenMillis = performance.now();
  #sentTraffic = false;
  #approved = false;
  #lifted = false;
  readonly #ward: Ward;
  readonly #patient: Patient;
  readonly #run: string;
  readonly #point: CrashPoint | null;

  constructor(ward: Ward, patient: Patient, run: string, point: CrashPoint | null) {
    this.#ward = ward;
    this.#patient = patient;
    this.#run = run;
    this.#point = point;
  }

  async calls(): Promise<RecordedCall[]> {
    const file = join(this.#ward.folder, `${this.#patient.endpoint}.calls.jsonl`);
    const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line));
  }

  /** Gives an event again until it is worked on; what is refused is allowed again some time. */
  async redeliver(name: string, event: object): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await callFunction("local", name, event);
        return;
      } catch (error) {
        if (attempt === REFUSALS) throw error;
        if (attempt === 3) await this.#lift();
      }
    }
  }

  async toItsEnd(): Promise<boolean> {
    for (const start = performance.now(); performance.now() - start < GIVE_UP_MILLIS; ) {
      const pending = (await listPending()).filter(({ run }) => run === this.#run);
      if (pending.length === 0 && (await this.#isOver())) return true;
      for (const task of pending) await this.#serve(task);
      await this.#sweepIfIdle(pending);
      await sleep(POLL_MILLIS);
    }
    return false;
  }

  /** All that the run has to do is done: it ended, and nothing is left that the sweep would look at. */
  async #isOver(): Promise<boolean> {
    const record = await findRun(this.#run);
    if (record?.ended === undefined) return false;
    if ((await listUnendedRuns()).some(({ run }) => run === this.#run)) return false;
    if ((await listRollBacks()).some(({ run }) => run === this.#run)) return false;
    if ((await readLock(record.endpoint))?.run === this.#run) return false;
    return (await describeExecution(this.#run))?.status !== "RUNNING";
  }

  /** What customers and people do while a task waits. */
  async #serve(task: PendingTask): Promise<void> {
    if (task.kind === "approval") await this.#approve();
    if (task.kind === "bake") await this.#bake();
  }

  async #approve(): Promise<void> {
    if (this.#approved) return;
    this.#approved = true;
    const { modelPackageArn } = await readRun(this.#run);
    const approved = {
      ModelPackageArn: modelPackageArn,
      ModelApprovalStatus: "Approved",
    } as const;
    await new SageMakerClient({}).send(new UpdateModelPackageCommand(approved));
  }

  /** Requests, and then the alarm that has the judge look, when the time for the step is over. */
  async #bake(): Promise<void> {
    if (!this.#sentTraffic) await sendTraffic(this.#ward, this.#patient.endpoint);
    this.#sentTraffic = true;
    const { candidate } = await readRun(this.#run);
    const time = inMinutes(LATE_SWEEP_MINUTES);
    const message = {
      AlarmName: `plumbline-local.${this.#patient.endpoint}.latency.${candidate?.variant}`,
      ...{ NewStateValue: "ALARM", NewStateReason: "crash", StateChangeTime: time },
    };
    const Sns = { Timestamp: time, Message: JSON.stringify(message) };
    await this.redeliver("judge-canary", { Records: [{ Sns }] });
  }

  /** The sweep comes when nothing happens any more, and whoever had no rights has them by then. */
  async #sweepIfIdle(pending: readonly PendingTask[]): Promise<void> {
    const calls = await this.calls();
    const strikes = calls.filter(({ fault }) => fault !== undefined).length;
    if (strikes >= REFUSALS) await this.#lift();
    const seen = JSON.stringify([calls.length, pending]);
    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#seenMillis = performance.now();
      return;
    }
    if (performance.now() - this.#seenMillis < IDLE_MILLIS) return;
    await this.#lift();
    this.sweepCount += 1;
    const time = inMinutes(this.sweepCount > EARLY_SWEEPS ? LATE_SWEEP_MINUTES : 0);
    for (const name of ["resume-execution", "roll-back-canary", "judge-canary"]) {
      await this.redeliver(name, scheduled(time));
    }
    this.#seenMillis = performance.now();
  }

  async #lift(): Promise<void> {
    if (this.#lifted || this.#point?.fault !== "fails") return;
    this.#lifted = true;
    await plan(this.#ward.folder, this.#patient.endpoint, null);
  }
}

const scheduled = (time: string) => ({
  ...{ version: "0", id: "sweep", source: "aws.events", "detail-type": "Scheduled Event" },
  ...{ account: "000000000000", region: "us-east-1", resources: [], time, detail: {} },
});

const inMinutes = (minutes: number): string => {
  return new Date(Date.now() + minutes * 60_000).toISOString();
};

async function sendTraffic({ account }: Ward, endpoint: string): Promise<void> {
  const client = new SageMakerRuntimeClient({});
  const nextRow = churnGenerator(readAllRows(), 11);
  for (let index = 0; index < REQUESTS; index++) {
    const Body = nextRow().values.join(",");
    const request = { EndpointName: endpoint, ContentType: "text/csv", Body };
    await client.send(new InvokeEndpointCommand(request));
  }
  await fetch(`${account.sagemakerEndpointUrl}/_simulator/flush`, { method: "POST", body: "{}" });
}
