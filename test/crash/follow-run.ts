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
  /** The points at which it crashed. */
  readonly struck: ReadonlySet<string>;
  readonly sweepCount: number;
  readonly ended: boolean;
}

/** Starts a run on an endpoint, lets its crash points strike, and sees to what the world does around it. */
export async function followRun(
  ward: Ward,
  patient: Patient,
  { request, points }: { readonly request: string; readonly points: readonly CrashPoint[] },
): Promise<FollowedRun> {
  const { endpoint } = patient;
  const run = runId(endpoint, incidentId(endpoint, "requested", request), 1);
  const followed = new Follower(ward, patient, run, points);
  await watch(ward.folder, endpoint, points);
  const by = "arn:aws:iam::000000000000:user/ana";
  const asked = { endpoint, time: new Date().toISOString(), request: { id: request, by } };
  // Whoever asked and got no answer asks again.
  await followed.redeliver("decide-retraining", asked);
  const ended = await followed.toItsEnd();
  const calls = await followed.calls();
  const struck = new Set(calls.flatMap(({ id }) => id ?? []));
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
  readonly #points: readonly CrashPoint[];

  constructor(ward: Ward, patient: Patient, run: string, points: readonly CrashPoint[]) {
    this.#ward = ward;
    this.#patient = patient;
    this.#run = run;
    this.#points = points;
  }

  async calls(): Promise<RecordedCall[]> {
    const file = join(this.#ward.folder, `${this.#patient.endpoint}.calls.jsonl`);
    // A function may be in the middle of the last line.
    const lines = (await readFile(file, "utf8")).split("\n").slice(0, -1);
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

  /** The sweep comes when nothing happens any more; whoever had no rights has them at last. */
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
    this.sweepCount += 1;
    // A task that Step Functions tries again may take this long to begin.
    if (this.sweepCount === EARLY_SWEEPS) await this.#lift();
    const time = inMinutes(this.sweepCount > EARLY_SWEEPS ? LATE_SWEEP_MINUTES : 0);
    for (const name of ["resume-execution", "roll-back-canary", "judge-canary"]) {
      await this.redeliver(name, scheduled(time));
    }
    this.#seenMillis = performance.now();
  }

  async #lift(): Promise<void> {
    if (this.#lifted || this.#points[0]?.fault !== "fails") return;
    this.#lifted = true;
    await plan(this.#ward.folder, this.#patient.endpoint, []);
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
